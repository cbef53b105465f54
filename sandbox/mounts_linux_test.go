package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMounts(t *testing.T) {
	needSandbox(t)
	dir := publicDir(t)
	for name, text := range map[string]string{"a": "a\n", "sub/b": "b\n", "out/c": "c\n", "link/d": "d\n"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir+"/sub", dir+"/out/away"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, script string
		mounts       []Mount
		want, error  string
	}{
		{name: "file", mounts: []Mount{{Kind: File, Dst: "/a/b/f", Data: []byte("text")}},
			script: "cat /a/b/f; stat -c ' %a' /a/b/f; echo x >/a/b/f || echo no", want: "text 444\nno\n"},
		{name: "file over another", mounts: []Mount{{Kind: File, Dst: "/usr/bin/true", Data: []byte("new")}}, script: "cat /usr/bin/true", want: "new"},
		{name: "file mode", mounts: []Mount{{Kind: File, Dst: "/x", Data: []byte("#!/bin/sh\necho ran"), Mode: 0o555}}, script: "/x", want: "ran\n"},
		{name: "later counts", mounts: []Mount{{Kind: File, Dst: "/x", Data: []byte("1")}, {Kind: File, Dst: "/x", Data: []byte("2")}}, script: "cat /x", want: "2"},
		{name: "symlink", mounts: []Mount{{Kind: Symlink, Src: "usr/bin", Dst: "/b"}}, script: "readlink /b", want: "usr/bin\n"},
		{name: "tmpfs", mounts: []Mount{{Kind: Tmpfs, Dst: "/t/u", Size: 4096}},
			script: "echo x >/t/u/v; head -c 9999 /dev/zero >/t/u/w || echo full; stat -fc %b /t/u", want: "full\n1\n"},
		{name: "copy on write", mounts: []Mount{{Kind: CopyOn, Src: dir, Dst: "/work"}},
			script: "cd /work; cat a; echo more >>a; cat a; rm sub/b; mv out o2; echo n >sub/n; echo . * sub/* o2/*",
			want:   "a\na\nmore\n. a link o2 sub sub/n o2/away o2/c\n"},
		{name: "out", mounts: []Mount{{Kind: Out, Src: dir + "/out", Dst: "/out"}}, script: "cat /out/c; echo new >/out/new; cat /out/away/b || echo away", want: "c\naway\n"},
		{name: "file in a memory file system", mounts: []Mount{{Kind: Tmpfs, Dst: "/w"}, {Kind: File, Dst: "/w/f", Data: []byte("f")}}, script: "cat /w/f", want: "f"},
		{name: "tree in a tree", mounts: []Mount{{Kind: ReadOnly, Src: dir + "/sub", Dst: "/w/s"}, {Kind: CopyOn, Src: dir, Dst: "/w"}}, script: "ls /w/s", want: "b\n"},
		{name: "private file", mounts: []Mount{{Kind: ReadOnly, Src: dir + "/a", Dst: "/w/a"}}, script: "cat /w/a; echo x >>/w/a || echo no", want: "a\nno\n"},
		{name: "optional", mounts: []Mount{{Kind: ReadOnly, Src: "/nope", Dst: "/w", Optional: true}}, script: "ls -d /w || echo none", want: "none\n"},
		{name: "missing", mounts: []Mount{{Kind: ReadOnly, Src: "/nope", Dst: "/w"}}, error: "sandbox: root: mount /nope: no such file or directory"},
		{name: "no place", mounts: []Mount{{Kind: ReadOnly, Src: dir, Dst: "/usr/nope/x"}}, error: "sandbox: root: bind (mkdir) /usr/nope/x: read-only file system"},
		{name: "led astray", mounts: []Mount{{Kind: ReadOnly, Src: dir, Dst: "/out/away/x"}, {Kind: Out, Src: dir + "/out", Dst: "/out"}},
			error: "sandbox: root: bind (mkdir) /out/away/x: no such file or directory"},
		{name: "relative", mounts: []Mount{{Kind: ReadOnly, Src: dir, Dst: "x"}}, error: `sandbox: mount at "x": not an absolute, clean path`},
		{name: "own", mounts: []Mount{{Kind: ReadOnly, Src: dir, Dst: "/proc/1"}}, error: `sandbox: mount at /proc/1: the sandbox makes this itself`},
		{name: "unknown", mounts: []Mount{{Kind: "bind", Src: dir, Dst: "/w"}}, error: `sandbox: mount at /w: unknown kind "bind"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			c := &Cmd{Path: "sh", Args: []string{"sh", "-c", tt.script}, Env: []string{"PATH=/usr/bin:/bin"}, Stdout: &out, Stderr: io.Discard,
				Policy: &Policy{Mounts: append(System(), tt.mounts...)}}
			_, err := c.Run(t.Context())
			if got := fmt.Sprint(err); tt.error != "" && got != tt.error || tt.error == "" && err != nil {
				t.Fatalf("got error %v, want %s", err, tt.error)
			}
			if got := out.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	for name, want := range map[string]string{"a": "a\n", "sub/b": "b\n", "out/new": "new\n"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s afterwards: %q, %v, want %q", name, got, err, want)
		}
	}
	var st unix.Stat_t
	if err := unix.Stat(dir+"/out/new", &st); err != nil || int(st.Uid) != os.Geteuid() {
		t.Errorf("what the program wrote belongs to %d, %v, want %d", st.Uid, err, os.Geteuid())
	}
}
