package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// greet answers every connection with a line, until the listener is closed.
func greet(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = fmt.Fprintln(conn, "the door")
		_ = conn.Close()
	}
}

// knock is a program that reads a line from an address.
func knock(address string) []string {
	host, port, _ := net.SplitHostPort(address)
	return []string{"/bin/bash", "-c", "exec 3<>/dev/tcp/" + host + "/" + port + " && head -n1 <&3"}
}

// A program with a door reaches what is behind it and nothing else: not what listens on the machine.
// The network of the machine, which it would see without the layer, is what keeps that from it.
func TestDoor(t *testing.T) {
	needSandbox(t)
	needProgram(t, "bash")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go greet(l)
	for _, tt := range []struct {
		name    string
		address string
		net     Net
		want    string
	}{
		{"the door", Door, NetDoor, "the door\n"},
		{"the machine", l.Addr().String(), NetDoor, ""},
		{"the machine, by another name", strings.Replace(l.Addr().String(), "127.0.0.1", "127.0.0.2", 1), NetDoor, ""},
		{"the machine, without the guard", l.Addr().String(), NetHost, "the door\n"},
		{"no door", Door, NetNone, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			argv := knock(tt.address)
			c := &Cmd{Path: argv[0], Args: argv, Stdout: &out, Policy: &Policy{Mounts: System(), Net: tt.net}}
			if tt.net == NetDoor {
				c.Serve = greet
			}
			if _, err := c.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("read %q, want %q", out.String(), tt.want)
			}
		})
	}
}

// Without its network a sandbox has more ways out than the door, so that it is not built at all.
func TestDoorNeedsItsNetwork(t *testing.T) {
	for name, c := range map[string]*Cmd{
		"no namespaces": {form: confined},
		"no network":    {lost: []string{"net"}, without: []string{"net"}},
	} {
		c.Path, c.Serve, c.Policy = "/bin/true", greet, &Policy{Mounts: System(), Net: NetDoor, Degraded: true}
		r, err := c.Run(t.Context())
		if e, ok := errors.AsType[*SetupError](err); !ok || e.Layer != "net" {
			t.Errorf("%s: %+v, %v, want it refused", name, r, err)
		}
	}
}

// The end of the program, and that of its caller's patience, end what answers at the door.
func TestDoorCloses(t *testing.T) {
	needSandbox(t)
	needProgram(t, "bash")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan struct{})
	c := &Cmd{Path: "/bin/bash", Args: []string{"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3128; echo hello >&3; read -u3 x"},
		Policy: &Policy{Mounts: System(), Net: NetDoor}, Serve: func(l net.Listener) {
			defer close(over)
			conn, err := l.Accept()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
				t.Error(err)
			}
			cancel() // the program waits for an answer
			if _, err := l.Accept(); err == nil {
				t.Error("there is another connection")
			}
		}}
	if r, err := c.Run(ctx); err != nil || r.Status != Canceled {
		t.Errorf("%+v, %v", r, err)
	}
	select {
	case <-over:
	default:
		t.Error("Run did not wait for Serve")
	}
}

// What a program leaves in memory is handed over, never more than the bound, and nothing in it leads
// out: links are links.
func TestKeep(t *testing.T) {
	needSandbox(t)
	lower := t.TempDir()
	if err := errors.Join(os.Chmod(lower, 0o755), os.WriteFile(filepath.Join(lower, "old"), []byte("old"), 0o644), os.WriteFile(filepath.Join(lower, "gone"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	for _, m := range []Mount{
		{Kind: Tmpfs, Dst: "/box/tree", Size: 1 << 20, Inodes: 30},
		{Kind: CopyOn, Src: lower, Dst: "/box/tree", Size: 1 << 20, Inodes: 30},
	} {
		t.Run(string(m.Kind), func(t *testing.T) {
			var names []string
			var size int64
			c := &Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", "cd /box/tree && echo new > new && rm -f gone && ln -s /etc/passwd link; " +
				"mkdir many && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do : > many/$i; done; cat /dev/zero > big"},
				Policy: &Policy{Mounts: append(System(), m)}, Keep: m.Dst,
				Kept: func(dir *os.Root, r Result) error {
					if r.Status != Exited {
						t.Errorf("ended as %s", r.Status)
					}
					if _, err := dir.ReadFile("link"); err == nil {
						t.Error("a link leads out")
					}
					return fs.WalkDir(dir.FS(), ".", func(name string, e fs.DirEntry, err error) error {
						if err == nil && name != "." {
							names = append(names, name)
							info, err := e.Info()
							if err == nil {
								size += info.Size()
							}
							return err
						}
						return err
					})
				}}
			if _, err := c.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(names, "new") || slices.Contains(names, "gone") || slices.Contains(names, "old") != (m.Kind == CopyOn) {
				t.Errorf("kept %q", names)
			}
			if size == 0 || size > 1<<20+100 || len(names) > 31 || len(names) < 10 {
				t.Errorf("kept %d files and %d bytes", len(names), size)
			}
			if left, err := os.ReadDir(lower); err != nil || len(left) != 2 {
				t.Errorf("the tree below was changed: %v, %v", left, err)
			}
		})
	}
}

// Kept is told of a program that was stopped, and what it says is what Run says.
func TestKeepSays(t *testing.T) {
	needSandbox(t)
	mine := errors.New("mine")
	status := OK
	c := &Cmd{Path: "/bin/sleep", Args: []string{"sleep", "60"}, Keep: "/box/tree", Kept: func(_ *os.Root, r Result) error {
		status = r.Status
		return mine
	}, Policy: &Policy{Mounts: append(System(), Mount{Kind: Tmpfs, Dst: "/box/tree"}), Limits: Limits{Wall: 50 * time.Millisecond}}}
	if _, err := c.Run(t.Context()); !errors.Is(err, mine) || status != TimedOut {
		t.Errorf("Run says %v, Kept was told %s", err, status)
	}
	c.Path = "/no/such"
	if _, err := c.Run(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("without a program: %v", err)
	}
}

// Each of the pairs is refused without its other half.
func TestHandedTogether(t *testing.T) {
	kept := func(*os.Root, Result) error { return nil }
	for i, c := range []*Cmd{
		{Serve: greet}, {Policy: &Policy{Net: NetDoor}}, {Keep: "/x"}, {Kept: kept}, {Keep: "/x", Kept: kept},
		{Keep: "/x", Kept: kept, Policy: &Policy{Mounts: []Mount{{Kind: ReadOnly, Src: "/usr", Dst: "/x"}}}},
	} {
		c.Path = "/bin/true"
		if _, err := c.Run(t.Context()); err == nil {
			t.Errorf("command %d ran", i)
		}
	}
}
