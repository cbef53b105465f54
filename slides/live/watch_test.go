package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Real files and real events: what editors do when they save. No test waits for a time to pass; a
// change that is not seen makes Next run into the deadline.

func watching(t *testing.T, content string) (*Watcher, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, content)
	w := Watch()
	t.Cleanup(func() { _ = w.Close() })
	w.Files([]string{path}, time.Now())
	return w, path
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// next waits for a change and returns what the file holds then.
func next(t *testing.T, w *Watcher, path string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := w.Next(ctx); err != nil {
		t.Fatalf("Next: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "gone"
	}
	return string(b)
}

func TestSaves(t *testing.T) {
	saves := map[string]func(t *testing.T, path string){
		"write": func(t *testing.T, path string) { write(t, path, "new") },
		"rename over": func(t *testing.T, path string) {
			write(t, path+".tmp", "new")
			if err := os.Rename(path+".tmp", path); err != nil {
				t.Fatal(err)
			}
		},
		"move away and create": func(t *testing.T, path string) {
			if err := os.Rename(path, path+"~"); err != nil {
				t.Fatal(err)
			}
			write(t, path, "new")
		},
	}
	for name, save := range saves {
		t.Run(name, func(t *testing.T) {
			w, path := watching(t, "old")
			save(t, path)
			if got := next(t, w, path); got != "new" {
				t.Errorf("after the change the file holds %q", got)
			}
		})
	}
}

func TestHalfWritten(t *testing.T) {
	w, path := watching(t, "old text")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("half "); err != nil {
		t.Fatal(err)
	}
	if written(path) != writing {
		t.Skip("this file system grants no leases: a quiet time has to do")
	}
	if _, err := f.WriteString("and half"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := next(t, w, path); got != "half and half" {
		t.Errorf("a change was reported while the file held %q", got)
	}
	if written(path) == writing {
		t.Error("the file counts as being written after it was closed")
	}
}

func TestGoneAndBack(t *testing.T) {
	w, path := watching(t, "old")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := next(t, w, path); got != "gone" {
		t.Errorf("after removal the file holds %q", got)
	}
	write(t, path, "back")
	if got := next(t, w, path); got != "back" {
		t.Errorf("after its return the file holds %q", got)
	}
}

func TestFolderRenamed(t *testing.T) {
	w, path := watching(t, "old")
	dir := filepath.Dir(path)
	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	if got := next(t, w, path); got != "gone" {
		t.Errorf("after the folder went the file holds %q", got)
	}
	if err := os.Rename(dir+"-away", dir); err != nil {
		t.Fatal(err)
	}
	if got := next(t, w, path); got != "old" {
		t.Errorf("after the folder's return the file holds %q", got)
	}
	write(t, path, "edited")
	if got := next(t, w, path); got != "edited" {
		t.Errorf("after an edit the file holds %q", got)
	}
}

// still is a system in which nothing happens.
type still struct{ system }

func (still) look(string) stamp       { return stamp{size: 1} }
func (still) real(path string) string { return path }
func (still) watch(string) folder     { return folder{watched: true} }
func (still) ways([]string) bool      { return true }
func (still) events() <-chan string   { return nil }

// Where programs see more folders than are watched, what happens there is found all the same.
func TestMoreFoldersThanAreWatched(t *testing.T) {
	for _, tt := range []struct {
		folders, want int
	}{{mostAround, 0}, {mostAround + 1, 12}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWatcher(still{})
			w.Files([]string{"/talk/deck.md"}, time.Now())
			dirs := []string{"/talk"}
			for i := range tt.folders - 1 {
				dirs = append(dirs, fmt.Sprintf("/talk/%d", i))
			}
			w.surround(dirs)
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			defer stop()
			looks := -1 // the first is because of folders that are new
			for {
				if _, err := w.Next(ctx); err != nil {
					break
				}
				looks++
			}
			if looks < tt.want-1 || looks > tt.want {
				t.Errorf("%d folders: %d looks in a minute, want %d", tt.folders, looks, tt.want)
			}
		})
	}
}

// where is a system with folders of one kind, in which nothing happens.
type where struct {
	still
	folder
	sure  bool
	looks *int
}

func (s where) watch(string) folder { return s.folder }
func (s where) ways([]string) bool  { return s.sure }
func (s where) look(string) stamp   { *s.looks++; return stamp{size: 1} }

// A talk at rest is looked at once a minute, more often only where changes may send no events.
func TestLooksAtRest(t *testing.T) {
	for _, tt := range []struct {
		folder
		sure bool
		poll time.Duration
	}{
		{folder{watched: true}, true, hardly},
		{folder{missing: true}, true, hardly},
		{folder{watched: true}, false, seldom},
		{folder{missing: true}, false, often},
		{folder{}, true, often},
		{folder{watched: true, remote: true}, true, often},
	} {
		synctest.Test(t, func(t *testing.T) {
			looks := 0
			w := newWatcher(where{folder: tt.folder, sure: tt.sure, looks: &looks})
			w.Files([]string{"/talk/deck.md"}, time.Now())
			looks = 0
			ctx, stop := context.WithTimeout(t.Context(), time.Hour+time.Millisecond)
			defer stop()
			if _, err := w.Next(ctx); err == nil {
				t.Error("something has changed")
			}
			if want := int(time.Hour / tt.poll); looks != want {
				t.Errorf("%+v, sure: %v: %d looks in an hour, want %d", tt.folder, tt.sure, looks, want)
			}
		})
	}
}

// busy is a system in which other files change all the time.
type busy struct {
	where
	names chan string
}

func (s busy) events() <-chan string { return s.names }

// Events of others do not put off the looks.
func TestLooksBetweenEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		s := busy{where{folder: folder{watched: true, remote: true}, looks: &looks}, make(chan string)}
		w := newWatcher(s)
		w.Files([]string{"/talk/deck.md"}, time.Now())
		looks = 0
		ctx, stop := context.WithTimeout(t.Context(), time.Minute+time.Millisecond)
		defer stop()
		var others sync.WaitGroup
		others.Go(func() {
			for ctx.Err() == nil {
				select {
				case s.names <- "/talk/log":
					time.Sleep(often / 10)
				case <-ctx.Done():
				}
			}
		})
		_, _ = w.Next(ctx)
		others.Wait()
		if want := int(time.Minute / often); looks < want*9/10 || looks > want {
			t.Errorf("%d looks in a minute, want %d", looks, want)
		}
	})
}

func TestOtherFilesDoNotCount(t *testing.T) {
	w, path := watching(t, "old")
	write(t, path+".html", "ours")
	write(t, path, "new")
	if got := next(t, w, path); got != "new" {
		t.Errorf("the file holds %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	write(t, path+".html", "ours again")
	if _, err := w.Next(ctx); err == nil {
		t.Error("a file that is not watched counted as a change")
	}
}
