package sandbox

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The stage must be reached before packages that cost something or start threads are initialised;
// the runtime prints the order.
func TestInitOrder(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var order []string
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "init" {
			order = append(order, f[1])
		}
	}
	at := slices.IndexFunc(order, func(s string) bool { return strings.HasSuffix(s, "/internal/stage") })
	os := slices.Index(order, "os")
	if at < 0 || os < 0 || at > os {
		t.Errorf("the stage comes %d., os %d. in %v", at, os, order)
	}
}

func TestCandidates(t *testing.T) {
	tests := []struct {
		name string
		env  []string
		want []string
	}{
		{"/bin/x", nil, []string{"/bin/x"}},
		{"./x", nil, []string{"./x"}},
		{"x", nil, []string{"/usr/local/bin/x", "/usr/bin/x", "/bin/x"}},
		{"x", []string{"PATH=/a:/b/:.::c", "B=1"}, []string{"/a/x", "/b/x"}},
		{"x", []string{"PATH="}, nil},
	}
	for _, tt := range tests {
		if got := candidates(tt.name, tt.env); !slices.Equal(got, tt.want) {
			t.Errorf("candidates(%q, %q) = %q, want %q", tt.name, tt.env, got, tt.want)
		}
	}
}

func TestDedupe(t *testing.T) {
	got := dedupe([]string{"A=1", "B=2", "A=3", "C", "B="})
	if want := []string{"A=3", "C", "B="}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The table of layers and that of what they consist of have the same names.
func TestLayers(t *testing.T) {
	for _, l := range layers {
		if measures[l.name] == nil || l.stops == "" {
			t.Errorf("layer %s is incomplete", l.name)
		}
	}
	if len(measures) != len(layers) {
		t.Errorf("%d measures, %d layers", len(measures), len(layers))
	}
	for _, r := range remedies {
		if !slices.ContainsFunc(layers, func(l layer) bool { return l.name == r.layer }) {
			t.Errorf("remedy for an unknown layer %s", r.layer)
		}
	}
}

// The profile that ships with the documentation gives what the fix gives.
func TestAppArmorProfile(t *testing.T) {
	profile, err := os.ReadFile("../docs/apparmor/slidexec")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"abi <abi/4.0>,", "profile slidexec ", "flags=(unconfined) {", "userns,"} {
		if !strings.Contains(string(profile), part) || !strings.Contains(appArmorProfile, part) {
			t.Errorf("%q is not in the profile, or not in the fix %q", part, appArmorProfile)
		}
	}
}
