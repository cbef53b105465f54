//go:build unix

package files

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// tree makes a folder to play in: "talk" came from somebody else, "home" and "srv" are the user's.
func tree(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"talk/out", "talk/.git", "home", "srv/www"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(root, "home/rc"), "mine")
	put(t, filepath.Join(root, "talk/talk.md"), "the deck")
	put(t, filepath.Join(root, "talk/.git/config"), "git")
	return root
}

func put(t *testing.T, name, data string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// listing is every file and link below root with what is in it.
func listing(t *testing.T, root string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b.WriteString(strings.TrimPrefix(path, root+"/"))
		if to, err := os.Readlink(path); err == nil {
			b.WriteString(" -> " + to)
		} else if d.Type().IsRegular() {
			b.WriteString(": " + get(t, path))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteFollows(t *testing.T) {
	tests := []struct {
		name  string
		links map[string]string // by name, below the root
		write string            // below the root, where the working directory is "talk"
		lands string            // below the root; empty: refused, and nothing changes
		says  string
	}{
		{"a new file", nil, "talk/a.html", "talk/a.html", ""},
		{"a file that is there", nil, "home/rc", "home/rc", ""},
		{"link out", map[string]string{"talk/a.html": "../home/rc"}, "talk/a.html", "", "leads out of its folder"},
		{"absolute link out", map[string]string{"talk/a.html": "ROOT/home/rc"}, "talk/a.html", "", "/home/rc: remove the link"},
		{"dangling link out", map[string]string{"talk/a.html": "../home/new"}, "talk/a.html", "", "leads out of its folder"},
		{"out and in again", map[string]string{"talk/a.html": "../talk/out/b.html"}, "talk/a.html", "talk/out/b.html", ""},
		{"over a link out", map[string]string{"talk/a.html": "out/b.html", "talk/out/b.html": "../../home/rc"},
			"talk/a.html", "", "leads out of its folder"},
		{"link inside", map[string]string{"talk/a.html": "out/b.html"}, "talk/a.html", "talk/out/b.html", ""},
		{"up inside the deck's folder", map[string]string{"talk/out/a.html": "../b.html"}, "talk/out/a.html", "talk/b.html", ""},
		{"to a hidden file", map[string]string{"talk/a.html": ".git/config"}, "talk/a.html", "", "to a hidden file"},
		{"to a new hidden file", map[string]string{"talk/a.html": ".envrc"}, "talk/a.html", "", "to a hidden file"},
		{"folder out", map[string]string{"talk/site": "../home"}, "talk/site/a.html", "", "site is a link that leads out"},
		{"folder out over another", map[string]string{"talk/site": "out/up", "talk/out/up": "../../home"},
			"talk/site/a.html", "", "is a link that leads out"},
		{"folder inside", map[string]string{"talk/site": "out"}, "talk/site/a.html", "talk/out/a.html", ""},
		{"the user's folder", map[string]string{"www": "srv/www"}, "www/a.html", "srv/www/a.html", ""},
		{"the user's folder elsewhere", map[string]string{"home/www": "../srv/www"}, "home/www/a.html", "srv/www/a.html", ""},
		{"the user's folder, but the deck's link", map[string]string{"home/talks": "../talk", "talk/a.html": "../home/rc"},
			"home/talks/a.html", "", "leads out of its folder"},
		{"the user's file out", map[string]string{"home/a.html": "../srv/www/a.html"}, "home/a.html", "", "leads out of its folder"},
		{"round in a circle", map[string]string{"talk/a": "b", "talk/b": "a"}, "talk/a", "", "its links lead in a circle"},
		{"to a folder", map[string]string{"talk/a": "out"}, "talk/a", "", "is a folder"},
		{"a folder", nil, "talk/out", "", "is a folder: name a file in it"},
		{"a folder that is not there", nil, "talk/no/a.html", "", "there is no folder"},
		{"the name of a folder", nil, "talk/no/", "", "there is no folder"},
		{"below a file", nil, "talk/talk.md/a", "", "talk.md is not a folder"},
		{"the root", nil, "talk/../../../../../../../../../..", "", "is a folder"},
	}
	for _, tt := range tests {
		for _, relative := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				root := tree(t)
				for name, to := range tt.links {
					link(t, strings.Replace(to, "ROOT", root, 1), filepath.Join(root, name))
				}
				name := root + "/" + tt.write
				t.Chdir(filepath.Join(root, "talk"))
				if relative {
					name = "../" + tt.write
				}
				before := listing(t, root)
				err := Target{Name: name, Brought: []string{"."}}.Write([]byte("page"))
				check := Target{Name: name, Brought: []string{"."}}.Check()
				if (err == nil) != (check == nil) {
					t.Errorf("Write says %v, Check %v", err, check)
				}
				if tt.lands == "" {
					if err == nil || !strings.Contains(err.Error(), tt.says) {
						t.Errorf("got %v, want %q", err, tt.says)
					}
					if after := listing(t, root); after != before {
						t.Errorf("before:\n%s\nafter:\n%s", before, after)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := get(t, filepath.Join(root, tt.lands)); got != "page" {
					t.Errorf("%s has %q", tt.lands, got)
				}
				for name := range tt.links {
					if info, err := os.Lstat(filepath.Join(root, name)); err != nil || info.Mode().Type() != fs.ModeSymlink {
						t.Errorf("the link %s was replaced", name)
					}
				}
				leftovers(t, root)
			})
		}
	}
}

// leftovers fails if a file is left that nobody asked for.
func leftovers(t *testing.T, root string) {
	t.Helper()
	if l := listing(t, root); strings.Contains(l, ".slidexec") {
		t.Errorf("left over:\n%s", l)
	}
}

func TestWriteParts(t *testing.T) {
	tests := []struct {
		name, write string
		make        func(t *testing.T) error
		says        string // "": written
	}{
		{"the part", "part.md", nil, "part.md is part of the deck"},
		{"another way to say it", "out/../part.md", nil, "part of the deck"},
		{"a hard link", "hard.md", func(*testing.T) error { return os.Link("part.md", "hard.md") }, "the same file as part.md"},
		{"a link", "link.md", func(*testing.T) error { return os.Symlink("part.md", "link.md") }, "part of the deck"},
		{"what part.md links to", "real.md", func(*testing.T) error {
			return errors.Join(os.Rename("part.md", "real.md"), os.Symlink("real.md", "part.md"))
		}, "part of the deck"},
		{"a part that is not there", "part.md", func(*testing.T) error { return os.Remove("part.md") }, "part of the deck"},
		{"in capitals", "PART.MD", func(*testing.T) error { return os.Remove("part.md") }, "part of the deck"},
		{"another file", "other.md", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(filepath.Join(tree(t), "talk"))
			put(t, "part.md", "precious")
			if tt.make != nil {
				if err := tt.make(t); err != nil {
					t.Fatal(err)
				}
			}
			before := listing(t, ".")
			err := Target{Name: tt.write, Parts: []Part{{"part.md", "part of the deck"}}}.Write([]byte("page"))
			if tt.says == "" {
				if err != nil || get(t, tt.write) != "page" {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
			if after := listing(t, "."); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	t.Chdir(t.TempDir())
	old := unix.Umask(0o027)
	defer unix.Umask(old)
	for _, tt := range []struct {
		name        string
		make, asked fs.FileMode
		want        fs.FileMode
	}{
		{"new", 0, 0, 0o640},
		{"private", 0, 0o600, 0o600},
		{"there", 0o604, 0, 0o604},
		{"program", 0o755, 0, 0o755},
	} {
		if tt.make != 0 {
			put(t, tt.name, "old")
			if err := os.Chmod(tt.name, tt.make); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := os.Stat(tt.name)
		if err := Write(tt.name, []byte("page"), tt.asked); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(tt.name)
		if err != nil || after.Mode() != tt.want {
			t.Errorf("%s: mode %v, want %v (%v)", tt.name, after.Mode(), tt.want, err)
		}
		if before != nil && os.SameFile(before, after) {
			t.Errorf("%s was overwritten, not replaced", tt.name)
		}
	}
}

// TestWriteNamed takes the way of file systems that have no files without a name.
func TestWriteNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, want := range []string{"one", "two"} {
		p, err := Target{Name: "a"}.find()
		if err != nil {
			t.Fatal(err)
		}
		p.plain = true
		if err := p.replace([]byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		p.close()
		if got := get(t, "a"); got != want {
			t.Errorf("got %q", got)
		}
	}
	leftovers(t, ".")
}

// TestWriteAfterCrash leaves the file of a writer that was killed, which the next one removes. One that
// is in use stays.
func TestWriteAfterCrash(t *testing.T) {
	for _, plain := range []bool{true, false} {
		for _, used := range []bool{true, false} {
			t.Chdir(t.TempDir())
			put(t, "a", "old")
			p, err := Target{Name: "a"}.find()
			if err != nil {
				t.Fatal(err)
			}
			p.plain = plain
			var left *os.File
			name, err := p.free(func(name string) error {
				left, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if used {
				claim(left)
			}
			if err := p.replace([]byte("new"), 0); err != nil || get(t, "a") != "new" {
				t.Error(err)
			}
			if _, err := os.Lstat(name); (err == nil) != used {
				t.Errorf("plain %v, used %v: what the other writer left: %v", plain, used, err)
			}
			p.close()
			left.Close()
		}
	}
}

// TestWriteKilled kills a writer again and again: the file is whole and alone each time.
func TestWriteKilled(t *testing.T) {
	if dir := os.Getenv("FILES_WRITE_FOREVER"); dir != "" {
		for i := 0; ; i++ {
			data := bytes.Repeat([]byte{byte('a' + i%26)}, 100_000)
			if err := Write(filepath.Join(dir, "page"), data, 0); err != nil {
				t.Fatal(err)
			}
			os.Stdout.Write([]byte{'.'})
		}
	}
	dir := t.TempDir()
	for i := range 10 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriteKilled$")
		cmd.Env = append(os.Environ(), "FILES_WRITE_FOREVER="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 1+i)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		data := get(t, filepath.Join(dir, "page"))
		if len(data) != 100_000 || strings.Trim(data, data[:1]) != "" {
			t.Fatalf("%d bytes are there", len(data))
		}
	}
	if err := Write(filepath.Join(dir, "page"), nil, 0); err != nil {
		t.Fatal(err)
	}
	leftovers(t, dir)
}

func TestWriteTogether(t *testing.T) {
	for _, plain := range []bool{true, false} {
		dir := t.TempDir()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for range 10 {
					p, err := Target{Name: filepath.Join(dir, "page")}.find()
					if err != nil {
						t.Error(err)
						return
					}
					p.plain = plain
					if err := p.replace(bytes.Repeat([]byte{byte('a' + i)}, 10_000), 0); err != nil {
						t.Error(err)
					}
					p.close()
				}
			})
		}
		wg.Wait()
		if data := get(t, filepath.Join(dir, "page")); len(data) != 10_000 || strings.Trim(data, data[:1]) != "" {
			t.Errorf("%d bytes of several writers are there", len(data))
		}
		leftovers(t, dir)
	}
}
