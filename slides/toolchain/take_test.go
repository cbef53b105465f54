package toolchain

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// taken takes the tree from into a directory and lists what is there then.
func taken(t *testing.T, rules Taking, from, to string) ([]string, error) {
	t.Helper()
	root, err := os.OpenRoot(from)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	took := rules.Take(root, to)
	var names []string
	err = filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if rel := strings.TrimPrefix(path, to+"/"); err == nil && path != to {
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, took
}

const enough = 1 << 20

func TestTake(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, "secret")
	for name, text := range map[string]string{"a/file": "text", "a/program": "elf", "kept/x": "x", "skipped/y": "y", "old": "new text", "was-file/z": "z", "was-dir": "w"} {
		write(t, filepath.Join(from, name), text)
	}
	for name, text := range map[string]string{"old": "before", "stays": "s", "was-file": "f", "was-dir/q": "q"} {
		write(t, filepath.Join(to, name), text)
	}
	long := time.Unix(1_000_000_000, 123)
	for link, target := range map[string]string{
		"a/inside": "file", "a/up": "../kept/x", "a/out": "../../x", "a/absolute": secret, "kept/loop": "loop", "dirlink": "/etc",
	} {
		if err := os.Symlink(target, filepath.Join(from, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(filepath.Join(from, "a/program"), 0o4777), os.Chtimes(filepath.Join(from, "a/file"), long, long)); err != nil {
		t.Fatal(err)
	}
	rules := Taking{Skip: func(name string) bool { return name == "skipped" }, Links: true, Bytes: enough, Files: 100}
	names, err := taken(t, rules, from, to)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a", "a/file", "a/inside", "a/program", "a/up", "kept", "kept/loop", "kept/x", "old", "stays", "was-dir", "was-file", "was-file/z"}
	if !slices.Equal(names, want) {
		t.Errorf("took %q, want %q", names, want)
	}
	if st, err := os.Stat(filepath.Join(to, "a/program")); err != nil || st.Mode() != 0o755 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if st, err := os.Stat(filepath.Join(to, "a/file")); err != nil || !st.ModTime().Equal(long) {
		t.Errorf("changed at %v, %v", st.ModTime(), err)
	}
	if text, err := os.ReadFile(filepath.Join(to, "old")); string(text) != "new text" {
		t.Errorf("old is %q, %v", text, err)
	}
}

// A link that was planted where something is taken to leads nowhere.
func TestTakeStaysInside(t *testing.T) {
	from, to, outside := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(from, "dir/file"), "text")
	write(t, filepath.Join(from, "plain"), "text")
	write(t, filepath.Join(outside, "target"), "before")
	if err := errors.Join(os.Symlink(outside, filepath.Join(to, "dir")), os.Symlink(filepath.Join(outside, "target"), filepath.Join(to, "plain"))); err != nil {
		t.Fatal(err)
	}
	if _, err := taken(t, Taking{Bytes: enough, Files: 100}, from, to); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(outside, "target")); string(text) != "before" {
		t.Errorf("a file outside is %q, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(outside, "file")); err == nil {
		t.Error("a file was made outside")
	}
}

// Too much is refused: of bytes, also such as are not there, of files, of folders in one another.
func TestTakeBounds(t *testing.T) {
	sparse, many, deep := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(sparse, "file"), "")
	if err := os.Truncate(filepath.Join(sparse, "file"), 1<<40); err != nil {
		t.Skipf("no files with holes: %v", err)
	}
	for i := range 20 {
		write(t, filepath.Join(many, strings.Repeat("x", i+1)), "")
	}
	write(t, filepath.Join(deep, strings.Repeat("d/", maxDepth+2), "file"), "")
	for name, dir := range map[string]string{"sparse": sparse, "many": many, "deep": deep} {
		files := 10
		if name == "deep" {
			files = 1000
		}
		if _, err := taken(t, Taking{Bytes: enough, Files: files}, dir, t.TempDir()); !errors.Is(err, ErrTooMuch) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What cargo has marked as complete is not looked into again, and the mark comes last.
func TestTakeComplete(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	write(t, filepath.Join(from, "crate", complete), "")
	write(t, filepath.Join(from, "crate/lib.rs"), "first")
	if _, err := taken(t, Taking{Bytes: enough, Files: 2}, from, to); !errors.Is(err, ErrTooMuch) {
		t.Fatal(err) // one is the directory, and one the file
	}
	if _, err := os.Stat(filepath.Join(to, "crate", complete)); err == nil {
		t.Error("marked as complete, and is not")
	}
	if _, err := taken(t, Taking{Bytes: enough, Files: 3}, from, to); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(from, "crate/lib.rs"), "another")
	if _, err := taken(t, Taking{Bytes: enough, Files: 3}, from, to); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(to, "crate/lib.rs")); string(text) != "first" {
		t.Errorf("a complete crate was changed to %q, %v", text, err)
	}
}

// A deck's compiled crates have a bound on disk: beyond it they are compiled again.
func TestCompiledIsBounded(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	write(t, filepath.Join(from, "debug/deps/libx.rlib"), "rlib")
	write(t, filepath.Join(from, "debug/deps/snippet-0123"), "elf")
	write(t, filepath.Join(from, "debug/snippet"), "elf")
	root, err := os.OpenRoot(from)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := compiled(root, to); err != nil {
		t.Fatal(err)
	}
	if names, err := filepath.Glob(filepath.Join(to, "debug/*/*")); err != nil || len(names) != 1 {
		t.Errorf("kept %q, %v", names, err)
	}
	write(t, filepath.Join(from, "huge"), "")
	if err := os.Truncate(filepath.Join(from, "huge"), mostCompiled+1); err != nil {
		t.Skipf("no files with holes: %v", err)
	}
	if err := compiled(root, to); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(to); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
