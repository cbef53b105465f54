package sandbox

import "testing"

func TestProbe(t *testing.T) {
	r := Probe(t.Context())
	for _, l := range r.Layers {
		if l.State != Available {
			t.Logf("%s is %s: %s (%s)", l.Name, l.State, l.Reason, l.Fix)
		}
	}
	want := 0
	for _, l := range layers {
		if l.in&whole != 0 {
			want++
		}
	}
	if len(r.Layers) != want {
		t.Errorf("Probe reports %d layers, want %d", len(r.Layers), want)
	}
}
