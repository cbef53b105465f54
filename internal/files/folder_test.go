//go:build unix

package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// page returns a page that names each of its files, and the files. Their contents are long.
func page(contents ...string) []Entry {
	list := []Entry{{Name: Page}}
	for _, c := range contents {
		data := []byte(strings.Repeat(c, 10_000))
		sum := sha256.Sum256(data)
		e := Entry{Asset("", hex.EncodeToString(sum[:8]), "txt"), data}
		list[0].Data = append(list[0].Data, e.Name+"\n"...)
		list = append(list, e)
	}
	return list
}

// checkFolder reports what a page lacks, or what is in its folder that is not of the page.
func checkFolder(t *testing.T, dir string, others ...string) {
	t.Helper()
	want := map[string]bool{Page: true, record: true}
	for _, name := range others {
		want[name] = true
	}
	for _, name := range strings.Fields(get(t, filepath.Join(dir, Page))) {
		want[name] = true
		data := get(t, filepath.Join(dir, name))
		if sum := sha256.Sum256([]byte(data)); !strings.Contains(name, hex.EncodeToString(sum[:8])) {
			t.Errorf("%s has another content", name)
		}
	}
	for line := range strings.Lines(listing(t, dir)) {
		name, _, ok := strings.Cut(line, ": ")
		if !ok || strings.Contains(name, "~") {
			continue
		}
		if !want[name] {
			t.Errorf("%s is in the folder, but not of the page", name)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is not in the folder", name)
	}
}

func TestFolder(t *testing.T) {
	root := tree(t)
	site := filepath.Join(root, "talk", "site")
	write := func(name string, contents ...string) {
		t.Helper()
		if err := (Target{Name: name, Brought: []string{filepath.Join(root, "talk")}}).WriteFolder(page(contents...)); err != nil {
			t.Fatal(err)
		}
	}
	write(site+"/", "a", "b")
	checkFolder(t, site)
	before, err := os.Stat(site)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(site, "CNAME"), "talks.example.org")
	put(t, filepath.Join(site, "files/mine.txt"), "mine")
	write(site, "b", "c")
	checkFolder(t, site, "CNAME", "files/mine.txt")
	write(site)
	checkFolder(t, site, "CNAME", "files/mine.txt")
	if now, err := os.Stat(site); err != nil || !os.SameFile(before, now) {
		t.Errorf("the folder was replaced: %v", err)
	}
	empty := filepath.Join(root, "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	write(empty, "a")
	write(empty)
	if _, err := os.Stat(filepath.Join(empty, "files")); err == nil {
		t.Error("an empty folder files is left")
	}
	if all := listing(t, root); strings.Contains(all, "~") {
		t.Errorf("left over:\n%s", all)
	}
}

// TestFolderRefuses: a folder that slidexec did not write stays as it is, and a stranger's links and records lead nowhere.
func TestFolderRefuses(t *testing.T) {
	tests := []struct {
		name, dir, want string
		set             func(t *testing.T, root string)
	}{
		{"a folder of the user", "home", "has files that slidexec did not write", nil},
		{"the deck's folder", "talk", "has files that slidexec did not write", nil},
		{"a hidden file", "talk/.git", "has files that slidexec did not write", nil},
		{"a file", "home/rc", "is not a folder", nil},
		{"no folder above", "gone/site", "there is no folder", nil},
		{"a link out of the deck's folder", "talk/site", "is a link that leads out of its folder", func(t *testing.T, root string) {
			link(t, "../home", filepath.Join(root, "talk/site"))
		}},
		{"a link within the folder", "talk/out", "holds files, which is not a folder", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "talk/out", record), string(recordOf([]string{Page})))
			link(t, "../../home", filepath.Join(root, "talk/out/files"))
		}},
		{"a link for the page", "talk/out", "holds index.html, which is not a file", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "talk/out", record), string(recordOf([]string{Page})))
			link(t, "../../home/rc", filepath.Join(root, "talk/out", Page))
		}},
		{"a link for the record", "talk/out", "holds .slidexec, which is not a file", func(t *testing.T, root string) {
			link(t, "../../home/rc", filepath.Join(root, "talk/out", record))
		}},
		{"another record", "talk/out", "has files that slidexec did not write", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "talk/out", record), "mine\n")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t)
			if tt.set != nil {
				tt.set(t, root)
			}
			before := listing(t, root)
			target := Target{Name: filepath.Join(root, tt.dir), Brought: []string{filepath.Join(root, "talk")}}
			err := target.WriteFolder(page("a"))
			if refused := (*Refused)(nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if now := listing(t, root); now != before {
				t.Errorf("the files changed from\n%sto\n%s", before, now)
			}
		})
	}
}

// TestFolderRecord: a record from a stranger has nothing removed but files that slidexec could have written.
func TestFolderRecord(t *testing.T) {
	root := tree(t)
	out := filepath.Join(root, "talk/out")
	names := []string{"../talk.md", "../../home/rc", "/etc/passwd", "files/../../talk.md", "files/notes.txt", "notes.txt", "files/" + strings.Repeat("0", 16) + ".txt"}
	if err := os.Mkdir(filepath.Join(out, "files"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range names[4:] {
		put(t, filepath.Join(out, name), "text")
	}
	put(t, filepath.Join(out, record), string(recordOf(names)))
	if err := (Target{Name: out}).WriteFolder(page("a")); err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]bool{names[0]: true, names[1]: true, names[4]: true, names[5]: true, names[6]: false} {
		if _, err := os.Stat(filepath.Join(out, name)); (err == nil) != there {
			t.Errorf("%s is there: %v", name, err == nil)
		}
	}
}

func TestFolderNames(t *testing.T) {
	const hash = "0123456789abcdef"
	for _, tt := range []struct{ name, ext, want string }{
		{"", "png", "files/" + hash + ".png"},
		{"Handout v2", "PDF", "files/handout-v2-" + hash + ".pdf"},
		{"../../.ssh/id", "../x", "files/ssh-id-" + hash + ".x"},
		{"été.tar", "gz", "files/t--tar-" + hash + ".gz"},
		{strings.Repeat("x", 300), "averylongending", "files/" + strings.Repeat("x", 60) + "-" + hash + ".averylon"},
		{"README", "", "files/readme-" + hash + "."},
	} {
		got := Asset(tt.name, hash, tt.ext)
		if got != tt.want || !known(got) {
			t.Errorf("Asset(%q, %q) is %q, want %q; known: %v", tt.name, tt.ext, got, tt.want, known(got))
		}
	}
	for _, name := range []string{"", "x", "files/x.txt", "files/../" + hash + ".txt", "/" + Page, "files/" + hash + ".txt\n", "files/a/" + hash + ".txt", record} {
		if known(name) {
			t.Errorf("%q is known", name)
		}
		if err := (Target{Name: filepath.Join(t.TempDir(), "site")}).WriteFolder([]Entry{{Name: name}}); err == nil {
			t.Errorf("%q was written", name)
		}
	}
}

// TestFolderKilled: whenever slidexec ends, the page has all of its files, and the next run leaves no others.
func TestFolderKilled(t *testing.T) {
	if dir := os.Getenv("FILES_FOLDER_FOREVER"); dir != "" {
		for i := 0; ; i++ {
			if i%3 == 0 { // a removal may be killed half way
				_ = os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, fmt.Sprint("gone", os.Getpid(), "-", i)))
			}
			for _, name := range []string{"new", "site"} {
				if err := (Target{Name: filepath.Join(dir, name)}).WriteFolder(page(fmt.Sprint(i), fmt.Sprint(i+1), "same")); err != nil {
					t.Fatal(err)
				}
			}
			os.Stdout.Write([]byte{'.'})
		}
	}
	dir := t.TempDir()
	for i := range 12 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFolderKilled$")
		cmd.Env = append(os.Environ(), "FILES_FOLDER_FOREVER="+dir)
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
		for _, name := range strings.Fields(get(t, filepath.Join(dir, "site", Page))) {
			if data := get(t, filepath.Join(dir, "site", name)); len(data) < 10_000 {
				t.Fatalf("%s has %d bytes", name, len(data))
			}
		}
	}
	for _, name := range []string{"new", "site"} {
		if err := (Target{Name: filepath.Join(dir, name)}).WriteFolder(page("a")); err != nil {
			t.Fatal(err)
		}
		checkFolder(t, filepath.Join(dir, name))
	}
}

// BenchmarkFolder writes a page with 200 files: for the first time, and again with one of them changed.
func BenchmarkFolder(b *testing.B) {
	var contents []string
	for i := range 200 {
		contents = append(contents, fmt.Sprint(i))
	}
	dir := b.TempDir()
	b.Run("new", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := (Target{Name: filepath.Join(dir, fmt.Sprint(i))}).WriteFolder(page(contents...)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			contents[0] = fmt.Sprint("changed", i)
			if err := (Target{Name: filepath.Join(dir, "again")}).WriteFolder(page(contents...)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestFolderFails: where a new file cannot be written, the old page stays, with all of its files.
func TestFolderFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	old, now := page("a", "b"), page("b", "c", "d")
	if err := (Target{Name: dir}).WriteFolder(old); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, now[3].Name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := (Target{Name: dir}).WriteFolder(now); err == nil {
		t.Fatal("written over a folder")
	}
	for _, e := range old {
		if got := get(t, filepath.Join(dir, e.Name)); got != string(e.Data) {
			t.Errorf("%s has another content", e.Name)
		}
	}
	if err := os.Remove(filepath.Join(dir, now[3].Name)); err != nil {
		t.Fatal(err)
	}
	if err := (Target{Name: dir}).WriteFolder(now); err != nil {
		t.Fatal(err)
	}
	checkFolder(t, dir)
}
