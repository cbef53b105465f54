package live

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// What happens to a talk in real files. The scripts have the cases; here is whether the real world
// is like theirs.

func try(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBadDays(t *testing.T) {
	tests := []struct {
		name         string
		happen, mend func(path string) error
		user         bool // root is not stopped by it
	}{
		{name: "removed", happen: os.Remove, mend: save("good")},
		{name: "replaced by a folder",
			happen: func(path string) error {
				if err := os.Remove(path); err != nil {
					return err
				}
				return os.Mkdir(path, 0o700)
			},
			mend: func(path string) error {
				if err := os.Remove(path); err != nil {
					return err
				}
				return save("good")(path)
			}},
		{name: "its folder renamed",
			happen: func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+"-away") },
			mend:   func(path string) error { return os.Rename(filepath.Dir(path)+"-away", filepath.Dir(path)) }},
		{name: "no text", happen: save("\xff\xfe\x00"), mend: save("good")},
		{name: "unreadable", user: true,
			happen: func(path string) error { return os.Chmod(path, 0) },
			mend:   func(path string) error { return os.Chmod(path, 0o600) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.user && os.Geteuid() == 0 {
				t.Skip("root may read every file")
			}
			dir := filepath.Join(t.TempDir(), "talk")
			try(t, os.Mkdir(dir, 0o700))
			path := filepath.Join(dir, "deck.md")
			write(t, path, "good")
			talk, _ := open(t, path, All)
			await(t, talk, func(l slides.Loaded) bool { return source(l) == "good" })
			try(t, tt.happen(path))
			await(t, talk, func(slides.Broken) bool { return true })
			try(t, tt.mend(path))
			await(t, talk, func(l slides.Loaded) bool { return source(l) == "good" })
			write(t, path, "edited")
			await(t, talk, func(l slides.Loaded) bool { return source(l) == "edited" })
		})
	}
}

// TestFirst: a deck that replaces nothing is shown where there is anything to show; a later one only
// where it is worth more than the one before.
func TestFirst(t *testing.T) {
	page, bytes := "---\ntitle: a talk\n---\n", "caf\xe9"
	for _, tt := range []struct {
		name, text, first, later string // diagnostics of Broken, "": it is shown
	}{
		{"title page", page, "", "the deck is empty"},
		{"one wrong byte", bytes, "", "not UTF-8"},
		{"nothing", "", "the deck is empty", "the deck is empty"},
		{"every slide skipped", "<!-- skip_slide -->\n", "every slide is skipped", "every slide is skipped"},
	} {
		for _, first := range []bool{true, false} {
			t.Run(fmt.Sprint(tt.name, first), func(t *testing.T) {
				path, want := filepath.Join(t.TempDir(), "deck.md"), tt.later
				if first {
					write(t, path, tt.text)
					want = tt.first
				} else {
					write(t, path, "good")
				}
				talk, _ := open(t, path, All)
				if !first {
					await(t, talk, func(slides.Loaded) bool { return true })
					write(t, path+"~", tt.text) // at once: half a save is an empty deck
					try(t, os.Rename(path+"~", path))
				}
				switch e := (<-talk.events).(type) {
				case slides.Broken:
					if want == "" || !strings.Contains(e.Diags.Error(), want) {
						t.Errorf("it is refused: %v", e.Diags)
					}
				default:
					if want != "" {
						t.Errorf("it is shown: %T", e)
					}
				}
			})
		}
	}
}

func save(text string) func(path string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
}

// TestFollowed edits what a deck is made of, through a link, too.
func TestFollowed(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	path, real := filepath.Join(dir, "deck.md"), filepath.Join(elsewhere, "real.md")
	write(t, real, "one")
	if err := os.Symlink(real, path); err != nil {
		t.Skip(err)
	}
	talk, _ := open(t, path, All)
	await(t, talk, func(l slides.Loaded) bool { return source(l) == "one" })
	include := "text\n\n<!-- include: part.md -->\n"
	write(t, real, include)
	await(t, talk, func(l slides.Loaded) bool { return source(l) == include })
	for _, text := range []string{"a part\n", "another part\n"} {
		write(t, filepath.Join(dir, "part.md"), text)
		await(t, talk, func(l slides.Loaded) bool { return string(l.Deck.Files[1].Src) == text })
	}
}

// TestWholeDecks saves a large deck in pieces and by renaming: what is shown is always one that was
// saved, and the last one is shown.
func TestWholeDecks(t *testing.T) {
	n := 8
	if testing.Short() {
		n = 2
	}
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, string(deckOf(1000, "as it was")))
	if written(path) == unknown {
		t.Skip("this file system does not tell who writes")
	}
	talk, _ := open(t, path, nil)
	shown := func(want []byte) {
		t.Helper()
		await(t, talk, func(l slides.Loaded) bool {
			got := l.Deck.Files[0].Src
			if !bytes.HasSuffix(got, []byte("s999 -->\n<!-- end_slide -->\n\n")) {
				t.Errorf("half a deck is shown, of %d bytes", len(got))
			}
			return bytes.Equal(got, want)
		})
	}
	for i := range n {
		data := deckOf(1000, fmt.Sprintf("torn %d", i))
		f, err := os.Create(path)
		try(t, err)
		for piece := range slicesOf(data, 5) {
			_, err := f.Write(piece)
			try(t, err)
			time.Sleep(4 * quiet) // this is what the writer does, nobody waits for it
		}
		try(t, f.Close())
		shown(data)
		data = deckOf(1000, fmt.Sprintf("renamed %d", i))
		write(t, path+".new", string(data))
		try(t, os.Rename(path+".new", path))
		shown(data)
	}
}

// slicesOf cuts data into n pieces.
func slicesOf(data []byte, n int) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for i := range n {
			if !yield(data[i*len(data)/n : (i+1)*len(data)/n]) {
				return
			}
		}
	}
}

// TestManySaves looks for what a long evening of editing leaves behind.
func TestManySaves(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 50
	}
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, string(deckOf(30, "as it was")))
	src := &remembering{onDisk: onDisk{path, prompt{make(chan string, 1<<20)}, &Reader{}}}
	src.parser.Config.Language = known
	opened, err := Open(t.Context(), Options{Source: src, Files: []string{path}, Due: All})
	try(t, err)
	talk := hear(opened)
	edit := func(i int) {
		text := fmt.Sprintf("edit %d\n\n```sh +exec\necho %d\n```\n", i, i)
		write(t, path+".new", string(deckOf(30, text)))
		try(t, os.Rename(path+".new", path))
		await(t, talk, func(l slides.Loaded) bool { return strings.Contains(source(l), text) })
		await(t, talk, func(r slides.Ran) bool {
			return strings.HasPrefix(string(r.Result.Bytes()), fmt.Sprintf("echo %d\n", i))
		})
	}
	for i := range 20 { // what is kept is there by then
		edit(-1 - i)
	}
	files, memory, routines := openFiles(), heap(), runtime.NumGoroutine()
	for i := range n {
		edit(100 + i)
	}
	if now := openFiles(); now > files+2 {
		t.Errorf("%d open files became %d", files, now)
	}
	if now := runtime.NumGoroutine(); now > routines+2 {
		t.Errorf("%d goroutines became %d", routines, now)
	}
	if now := heap(); now > memory+2<<20 {
		t.Errorf("%d bytes of memory became %d", memory, now)
	}
	if got, want := len(src.runs), 30+20+n; got != want {
		t.Errorf("%d programs ran, want %d: one for each edit", got, want)
	}
	try(t, talk.Close())
}

// openFiles returns how many descriptors this process has, 0 where that is not to be found out.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
