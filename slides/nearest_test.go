package slides

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"net", "write", "read", "env", "nested"}
	for word, want := range map[string]string{
		"nets": "net", "wirte": "write", "reed": "read", "NET": "net", "nestde": "nested",
		"": "", "x": "", "everything": "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
