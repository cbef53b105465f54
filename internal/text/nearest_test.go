package text

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	grants := []string{"net", "write", "read", "env", "nested"}
	languages := []string{"c", "r", "sh", "bash", "python", "py", "javascript", "js", "typescript", "go", "golang", "ruby", "rust"}
	for _, tt := range []struct {
		names      []string
		word, want string
	}{
		{grants, "nets", "net"}, {grants, "wirte", "write"}, {grants, "reed", "read"}, {grants, "NET", "net"},
		{grants, "nestde", "nested"}, {grants, "everything", ""}, {grants, "", ""}, {grants, "x", ""},
		{languages, "pyhton", "python"}, {languages, "jvascript", "javascript"}, {languages, "basch", "bash"},
		{languages, "golan", "golang"}, {languages, "typscrpit", "typescript"}, {languages, "Rsut", "rust"},
		{languages, "cobol", ""}, {languages, "x", ""}, {languages, "ruts", "rust"},
		{[]string{"part", "cart"}, "bart", "cart"}, {[]string{"cart", "part"}, "pbrt", "part"}, {[]string{"cart", "bart", "part"}, "paart", "part"},
		{[]string{"exec", "execute"}, "execut", "execute"}, {[]string{""}, "x", ""}, {nil, "x", ""},
	} {
		if got := Nearest(tt.word, tt.names); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.word, tt.names, got, tt.want)
		}
		slices.Reverse(tt.names)
		if got := Nearest(tt.word, tt.names); got != tt.want {
			t.Errorf("backwards: Nearest(%q, %q) = %q, want %q", tt.word, tt.names, got, tt.want)
		}
		slices.Reverse(tt.names)
	}
}

func TestSuggest(t *testing.T) {
	many := make([]string, 31)
	for i := range many {
		many[i] = string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	for _, tt := range []struct {
		word  string
		names []string
		want  string
	}{
		{"pause", []string{"pauses"}, `did you mean "pauses"?`},
		{"pause", []string{"b c", "a"}, `names: "b c", a`},
		{"pause", nil, ""},
		{"zzzz", many, "names: aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, as, at, au, av, aw, ax, ay, az, ba, bb, bc, bd, …"},
	} {
		if got := Suggest(tt.word, "names: ", tt.names); got != tt.want {
			t.Errorf("Suggest(%q, %q) = %s, want %s", tt.word, tt.names, got, tt.want)
		}
	}
}
