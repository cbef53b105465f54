//go:build unix

package files

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// world makes a folder with a deck's folder in it, and things around that no deck may see. It
// returns the folder, without links.
func world(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"deck/in.md": "in", "deck/sub/deep.md": "deep", "deck/sub/more/x.md": "x", "deck/.env": "KEY=secret",
		"deck/vault/notes.md": "secret", "deck/key.pem": "PRIVATE", "deck/cert.pem": "public",
		"deck/new\nline.md": "weird", "deck/\u00e9t\u00e9.md": "summer", "deck/..hidden": "dots",
		"home/secret": "secret", "home/shared/a.md": "shared", "home/shared/.env": "given", "deckhand/y.md": "secret",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	for name, target := range map[string]string{
		"deck/near.md": "in.md", "deck/updown.md": "sub/../in.md", "deck/deep": "sub", "deck/sub/up.md": "../in.md",
		"deck/abs.md": filepath.Join(dir, "deck/in.md"), "deck/chain1": "chain2", "deck/chain2": "sub/chain3",
		"deck/sub/chain3": "more/../deep.md",
		"deck/out.md":     "../home/secret", "deck/outabs.md": filepath.Join(dir, "home/secret"), "deck/outdir": "../home",
		"deck/sub/out.md": "../../home/secret", "deck/chainout": "deep/out.md", "deck/there-and-back": "../deck/in.md",
		"deck/self": "self", "deck/ping": "pong", "deck/pong": "ping", "deck/gone.md": "nothing", "deck/pub.md": ".env",
		"deck/id_key.pem": "in.md", "deck/pub.pem": "cert.pem", "deck/v": "vault", "deck/shared.md": "../home/shared/a.md",
		"deck/root": "/proc/self/root", "deck/fd": "/dev/fd/0", "deck/zero": "/dev/zero", "deck/cwd": "/proc/self/cwd/in.md",
		"deck/creds": "in.md", "link": "deck",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "deck/fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// secret stands in for the rules of decks.
func secret(path string, head func() []byte) bool {
	name := filepath.Base(path)
	switch {
	case head == nil:
		return name == "vault"
	case filepath.Ext(name) == ".pem":
		return strings.HasPrefix(string(head()), "PRIVATE")
	}
	return name == ".env" || name == "creds"
}

// open returns a Root for each way to look paths up.
func open(t testing.TB, dir string, p Policy) map[string]*Root {
	t.Helper()
	roots := map[string]*Root{}
	for _, way := range []string{"openat2", "walk"} {
		r, err := OpenRoot(dir, p)
		if err != nil {
			t.Fatal(err)
		}
		r.walks = way == "walk"
		t.Cleanup(r.Close)
		roots[way] = r
	}
	return roots
}

func TestRead(t *testing.T) {
	dir := world(t)
	if err := syscall.Mkfifo(filepath.Join(dir, "home/shared/fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, want string
		err        error
	}{
		{"in.md", "in", nil},
		{"./sub//deep.md", "deep", nil},
		{"sub/../in.md", "in", nil},
		{"sub/more/../../in.md", "in", nil},
		{"../deck/in.md", "in", nil},
		{"gone/../in.md", "in", nil}, // as it is written
		{filepath.Join(dir, "deck/in.md"), "in", nil},
		{filepath.Join(dir, "link/in.md"), "in", nil}, // as the folder was named
		{"new\nline.md", "weird", nil},
		{"été.md", "summer", nil},
		{"..hidden", "dots", nil},
		{"cert.pem", "public", nil},

		{"near.md", "in", nil},
		{"updown.md", "in", nil},
		{"deep/deep.md", "deep", nil},
		{"deep/up.md", "in", nil},
		{"sub/up.md", "in", nil},
		{"abs.md", "in", nil},
		{"chain1", "deep", nil},
		{"pub.pem", "public", nil},
		{"there-and-back", "in", nil},

		{"", "", ErrName},
		{"in.md\x00", "", ErrName},
		{"gone.md", "", fs.ErrNotExist},
		{"in.md/x", "", syscall.ENOTDIR},
		{"near.md/x", "", syscall.ENOTDIR},
		{"self", "", ErrLinks},
		{"ping", "", ErrLinks},
		{"self/../in.md", "in", nil},

		{"../home/secret", "", ErrOutside},
		{"../deckhand/y.md", "", ErrOutside},
		{filepath.Join(dir, "home/secret"), "", ErrOutside},
		{filepath.Join(dir, "deckhand/y.md"), "", ErrOutside},
		{"/etc/passwd", "", ErrOutside},
		{"/", "", ErrOutside},
		{"out.md", "", ErrOutside},
		{"outabs.md", "", ErrOutside},
		{"outdir/secret", "", ErrOutside},
		{"sub/out.md", "", ErrOutside},
		{"deep/out.md", "", ErrOutside},
		{"chainout", "", ErrOutside},
		{"shared.md", "", ErrOutside},
		{"root/etc/passwd", "", ErrOutside},
		{"cwd", "", ErrOutside},
		{"fd", "", ErrOutside},
		{"zero", "", ErrOutside},
		{"/proc/self/environ", "", ErrOutside},
		{"/dev/stdin", "", ErrOutside},

		{".", "", ErrNotRegular},
		{"sub", "", ErrNotRegular},
		{"deep", "", ErrNotRegular},
		{"fifo", "", ErrNotRegular},
		{"fifo/x", "", syscall.ENOTDIR},

		{".env", "", ErrSecret},
		{"pub.md", "", ErrSecret},
		{"key.pem", "", ErrSecret},
		{"creds", "", ErrSecret}, // by the link's name
		{"vault/notes.md", "", ErrSecret},
		{"v/notes.md", "", ErrSecret},
		{"vault/../in.md", "in", nil},
	} {
		for way, r := range open(t, filepath.Join(dir, "link"), Policy{Secret: secret}) {
			t.Run(way+"/"+tt.name, func(t *testing.T) { check(t, r, tt.name, tt.want, tt.err) })
		}
	}
}

// check reads a file in all ways, which have to agree.
func check(t *testing.T, r *Root, name, want string, wantErr error) {
	t.Helper()
	got, err := r.Read(name, 100)
	if string(got) != want || !errors.Is(err, wantErr) || wantErr == nil && err != nil {
		t.Errorf("Read(%q) = %q, %v, want %q, %v", name, got, err, want, wantErr)
	}
	if _, e := errors.AsType[*Error](err); err != nil && !e {
		t.Errorf("Read(%q): the error is a %T", name, err)
	}
	if err != nil && strings.Contains(err.Error(), "secret") && !errors.Is(err, ErrSecret) {
		t.Errorf("Read(%q): %q tells of the file", name, err)
	}
	if info, err := r.Stat(name); !errors.Is(err, wantErr) || err == nil && info.Size() != int64(len(want)) {
		t.Errorf("Stat(%q) = %v, want %v", name, err, wantErr)
	}
}

// The folder stays the one that was opened, whatever is put in its place.
func TestFolderReplaced(t *testing.T) {
	dir := world(t)
	roots := open(t, filepath.Join(dir, "deck"), Policy{})
	if err := os.Rename(filepath.Join(dir, "deck"), filepath.Join(dir, "moved")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("home", filepath.Join(dir, "deck")); err != nil {
		t.Fatal(err)
	}
	for _, r := range roots {
		check(t, r, "in.md", "in", nil)
		check(t, r, "secret", "", fs.ErrNotExist)
	}
}

func TestReadBounds(t *testing.T) {
	dir := world(t)
	deck := filepath.Join(dir, "deck")
	write(t, filepath.Join(deck, "ten"), "0123456789")
	write(t, filepath.Join(deck, "sparse"), "")
	if err := os.Truncate(filepath.Join(deck, "sparse"), 8<<30); err != nil {
		t.Fatal(err)
	}
	for way, r := range open(t, deck, Policy{}) {
		if got, err := r.Read("ten", 10); err != nil || string(got) != "0123456789" {
			t.Errorf("%s: a file of the limit's size: %q, %v", way, got, err)
		}
		if got, err := r.Read("ten", 9); !errors.Is(err, ErrTooLarge) || got != nil || err.Error() != "larger than 9 bytes" {
			t.Errorf("%s: a file over the limit: %q, %v", way, got, err)
		}
		if got, err := r.Read("sparse", 16<<20); !errors.Is(err, ErrTooLarge) || got != nil || err.Error() != "larger than 16 MiB" {
			t.Errorf("%s: a sparse file: %d bytes, %v", way, len(got), err)
		}
	}
}

// endless is a file that says that it is empty.
type endless struct{ n int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.n += int64(len(p))
	return len(p), nil
}

func TestReadBoundedBelievesNoSize(t *testing.T) {
	e := &endless{}
	if _, err := readBounded(e, "grows", 0, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Errorf("readBounded = %v, want %v", err, ErrTooLarge)
	}
	if e.n > 1<<20+1 {
		t.Errorf("%d bytes were read of at most %d", e.n, 1<<20+1)
	}
}

func TestSpecialFiles(t *testing.T) {
	dir := world(t)
	deck := filepath.Join(dir, "deck")
	t.Chdir(deck) // the name of a socket has to be short
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	names := []string{"socket"}
	if syscall.Mknod(filepath.Join(deck, "device"), syscall.S_IFCHR|0o666, 1<<8|5) == nil { // /dev/zero, for root only
		names = append(names, "device")
	}
	for way, r := range open(t, deck, Policy{}) {
		for _, name := range names {
			if _, err := r.Read(name, 100); !errors.Is(err, ErrNotRegular) {
				t.Errorf("%s: Read(%q) = %v, want %v", way, name, err, ErrNotRegular)
			}
		}
	}
	for _, name := range append(names, "fifo", "sub", "/dev/zero", "/dev/null") {
		if _, err := ReadPlain(name, 100); !errors.Is(err, ErrNotRegular) {
			t.Errorf("ReadPlain(%q) = %v, want %v", name, err, ErrNotRegular)
		}
	}
}

func TestReadPlain(t *testing.T) {
	dir := world(t)
	for name, want := range map[string]string{"deck/in.md": "in", "deck/out.md": "secret", "deck/.env": "KEY=secret", "link/chain1": "deep"} {
		if got, err := ReadPlain(filepath.Join(dir, name), 100); err != nil || string(got) != want {
			t.Errorf("ReadPlain(%q) = %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := ReadPlain(filepath.Join(dir, "deck/in.md"), 1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("ReadPlain = %v, want %v", err, ErrTooLarge)
	}
	if _, err := ReadPlain(filepath.Join(dir, "deck/gone.md"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadPlain = %v, want %v", err, fs.ErrNotExist)
	}
}

func TestOpenRootErrors(t *testing.T) {
	dir := world(t)
	if _, err := OpenRoot(filepath.Join(dir, "deck/in.md"), Policy{}); !errors.Is(err, ErrNotFolder) {
		t.Errorf("OpenRoot of a file = %v, want %v", err, ErrNotFolder)
	}
	if _, err := OpenRoot(filepath.Join(dir, "nowhere"), Policy{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenRoot of nothing = %v, want %v", err, fs.ErrNotExist)
	}
}

// A folder that may be entered and not listed is one, too, as for the kernel.
func TestSearchOnlyFolder(t *testing.T) {
	dir := world(t)
	sub := filepath.Join(dir, "deck/sub")
	if err := os.Chmod(sub, 0o311); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(sub, 0o755)
	for _, r := range open(t, filepath.Join(dir, "deck"), Policy{}) {
		check(t, r, "sub/deep.md", "deep", nil)
	}
}

// A folder that became a link after it was looked at is not entered.
func TestEnterFollowsNoLink(t *testing.T) {
	for _, r := range open(t, filepath.Join(world(t), "deck"), Policy{}) {
		w := walk{root: r, base: r.dir}
		defer w.leave()
		if err := w.enter("outdir"); err == nil {
			t.Error("a link out of the folder was entered")
		}
		if err := w.enter("sub"); err != nil {
			t.Errorf("a folder was not entered: %v", err)
		}
	}
}

func TestManyLinks(t *testing.T) {
	dir := filepath.Join(world(t), "deck")
	last := "in.md"
	for i := range mostLinks + 1 {
		name := fmt.Sprintf("many%d", i+1)
		if err := os.Symlink(last, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		last = name
	}
	for _, r := range open(t, dir, Policy{}) {
		check(t, r, fmt.Sprintf("many%d", mostLinks), "in", nil)
		check(t, r, last, "", ErrLinks)
	}
}
