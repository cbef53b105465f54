package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A machine that cannot sandbox is at hand: the inside of a sandbox. The test runs itself there
// and prints what Probe and Run say.
func TestInside(t *testing.T) {
	if os.Getenv("SLIDEXEC_TEST_INSIDE") != "" {
		report := Probe(t.Context())
		for _, l := range report.Layers {
			if l.Name == "memory" {
				held := strings.Contains(report.Memory, "control group")
				fmt.Printf("memory %s, held %v, %s\n", l.State, held, l.Reason)
			}
			if l.State == Missing && !strings.HasPrefix(l.Reason, "not tried") {
				fmt.Printf("%s: %s. %s\n", l.Name, l.Reason, l.Fix)
			}
		}
		r, err := (&Cmd{Path: "true", Policy: &Policy{Mounts: System(), Degraded: true}}).Run(t.Context())
		fmt.Println(r.Status, r.Degraded(), err)
		return
	}
	needSandbox(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		nested int
		want   []string
	}{
		{"no namespaces", 0, []string{
			"memory degraded, held false, make a control group: no control groups are mounted",
			"user: create namespaces: no space left on device. allow user namespaces: sysctl user.max_user_namespaces=15000",
			"ok landlock <nil>"}},
		{"no mounts", 4, []string{
			"memory degraded, held false, make a control group: no control groups are mounted",
			"root: open (open_tree) /usr: function not implemented. use Linux 5.12 or newer",
			"ok landlock <nil>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			c := &Cmd{Path: "/prog/" + filepath.Base(self), Args: []string{"test", "-test.run=^TestInside$"}, Stdout: &out, Stderr: &out,
				Env: []string{"SLIDEXEC_TEST_INSIDE=1"}, Policy: &Policy{Nested: tt.nested,
					Mounts: append(System(), Mount{Kind: ReadOnly, Src: filepath.Dir(self), Dst: "/prog"})}}
			if _, err := c.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := strings.Join(tt.want, "\n") + "\n"
			if got, _, _ := strings.Cut(out.String(), "PASS\n"); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// With some layers impossible a run refuses, and says which; told to go on, it names them.
func TestDegraded(t *testing.T) {
	needSandbox(t)
	hopeless := strings.Repeat("x", 65) // the kernel takes 64 bytes
	c := &Cmd{Path: "true", Policy: &Policy{Mounts: System(), Hostname: hopeless}}
	_, err := c.Run(t.Context())
	var setup *SetupError
	if !errors.As(err, &setup) || setup.Layer != "uts" || !errors.Is(err, unix.EINVAL) {
		t.Errorf("got %v, want an error of the layer uts", err)
	}
	c.Policy.Degraded = true
	r, err := c.Run(t.Context())
	if err != nil || r.Status != OK || !slices.Equal(r.Missing, []string{"uts"}) || slices.Contains(r.Layers, "uts") {
		t.Errorf("got %v, %v, missing %v, layers %v", r.Status, err, r.Missing, r.Layers)
	}
}

// With the host's network, and only then, the machine's services are there.
func TestNetHost(t *testing.T) {
	needSandbox(t)
	needProgram(t, "bash")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for network, want := range map[Net]Status{NetNone: Exited, NetHost: OK} {
		r, out := script(t, "exec bash -c 'echo hello >/dev/tcp/"+host+"/"+port+"'", func(c *Cmd) {
			c.Policy.Net = network
			c.Policy.Mounts = append(c.Policy.Mounts, Network()...)
		})
		if r.Status != want {
			t.Errorf("network %q: got %s, want %s\n%s", network, r.Status, want, out)
		}
	}
}
