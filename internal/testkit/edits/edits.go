// Package edits edits the folder of a deck at random. With it, tests prove that a program that follows
// the folder shows the same as if it opened the deck anew.
//
// Run makes a Model that follows a folder, edits the folder again and again, and asks the Model after
// each edit for mistakes. Every edit is made from a number of its own, so a run is the same each time,
// and Run can leave out edits. If a Model complains, Run searches for a short list of edits after which
// it does, and reports that list.
package edits

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Deck is the name of the deck in a Folder.
const Deck = "deck.md"

// Folder holds a deck and the files beside it: contents by paths with slashes.
type Folder map[string][]byte

// Clone returns a copy. It shares the bytes of files, which nobody writes to.
func (f Folder) Clone() Folder { return maps.Clone(f) }

// Read returns a file's bytes, or an error if there are more than most.
func (f Folder) Read(path string, most int64) ([]byte, error) {
	data, ok := f[filepath.ToSlash(filepath.Clean(path))]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return slices.Clone(data), nil
}

// Stat describes a file that Read would return.
func (f Folder) Stat(path string) (fs.FileInfo, error) {
	data, err := f.Read(path, 0)
	return info{filepath.Base(path), int64(len(data))}, err
}

type info struct {
	name string
	size int64
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return i.size }
func (info) Mode() fs.FileMode  { return 0o644 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }

// Changed returns the paths of files that differ between the folders or exist in one of them only.
func (f Folder) Changed(now Folder) []string {
	var out []string
	for p, data := range f {
		if is, ok := now[p]; !ok || !bytes.Equal(is, data) {
			out = append(out, p)
		}
	}
	for p := range now {
		if _, ok := f[p]; !ok {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Write changes a directory from the content of was, or from nothing if was is nil, to the content of
// the folder. It replaces files, or writes them in place if inPlace is set.
func (f Folder) Write(dir string, was Folder, inPlace bool) error {
	for _, p := range was.Changed(f) {
		path := filepath.Join(dir, filepath.FromSlash(p))
		data, ok := f[p]
		if !ok {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		to := path
		if !inPlace {
			to = filepath.Join(filepath.Dir(path), "4913") // an editor uses this name, and programs know it
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
		if to != path {
			if err := os.Rename(to, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// A Model follows a folder.
type Model interface {
	// Check takes the folder before and after an edit. It returns the Model's mistake, if there is one.
	Check(was, now Folder) error
	// Close ends the Model.
	Close() error
}

// Options are the options of Run.
type Options struct {
	Seeds int                            // number of runs at the same time, each with edits of its own
	Edits int                            // of all runs together, unless SLIDEXEC_EDITS sets the number
	Slow  int                            // divides the number of SLIDEXEC_EDITS; 0: 1
	Burst int                            // most edits before each Check; 0: one
	Tries int                            // most runs of the search for a short list; 0: 400
	Start func(Folder) (Model, error)    // makes a Model of a folder
	Kinds func(name string) bool         // selects the kinds of edits; nil: all
	Begin func(*rand.Rand) (deck Folder) // nil: Begin
}

// number returns the number in a variable of the environment, or usual if it is not set.
func number(t testing.TB, variable string, usual int) int {
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s: want a number", variable, text)
	}
	return n
}

// Run edits folders at random. If a Model fails, Run fails the test with the shortest list of edits
// that it finds. The seeds of the runs are 0, 1 and so on, or begin with SLIDEXEC_SEED.
func Run(t testing.TB, o Options) {
	t.Helper()
	first := number(t, "SLIDEXEC_SEED", 0)
	slow := max(o.Slow, 1)
	each := (number(t, "SLIDEXEC_EDITS", o.Edits*slow)/slow + o.Seeds - 1) / o.Seeds
	var runs sync.WaitGroup
	for i := range o.Seeds {
		runs.Go(func() {
			if fault := o.run(uint64(first+i), each); fault != "" {
				t.Error(fault)
			}
		})
	}
	runs.Wait()
}

// run makes the edits of one seed and describes the failure, if there is one.
func (o Options) run(seed uint64, n int) (fault string) {
	r := rand.New(rand.NewPCG(seed, 0))
	var script []edit
	for len(script) < n {
		burst := 1
		if o.Burst > 1 {
			burst = 1 + r.IntN(o.Burst)
		}
		for i := range burst {
			script = append(script, edit{seed: r.Uint64(), check: i == burst-1})
		}
	}
	failed := o.play(seed, script)
	if failed == nil {
		return ""
	}
	short := o.shrink(seed, script[:failed.at+1])
	again := o.play(seed, short)
	if again == nil {
		return fmt.Sprintf("seed %d: it depends on more than the edits whether this fails, which follows %d of them:\n%v",
			seed, failed.at+1, failed.err)
	}
	return fmt.Sprintf("seed %d: %d edits after which it fails:\n%s%v\nthe deck was\n%sand is\n%s", seed, len(short), again.told,
		again.err, quoted(again.was[Deck]), quoted(again.now[Deck]))
}

// quoted shows a text with its line endings.
func quoted(text []byte) string {
	var b bytes.Buffer
	for line := range bytes.Lines(text) {
		fmt.Fprintf(&b, "\t%q\n", line)
	}
	return b.String()
}

// edit is an edit made from a number.
type edit struct {
	seed  uint64
	check bool // the Model is checked after it
}

// failure is the complaint of a Model.
type failure struct {
	at       int
	err      error
	told     string // the edits in words
	was, now Folder
}

// play makes the edits of a script, up to the first after which the Model complains.
func (o Options) play(seed uint64, script []edit) *failure {
	begin := o.Begin
	if begin == nil {
		begin = Begin
	}
	now := begin(rand.New(rand.NewPCG(seed, 1)))
	m, err := o.Start(now.Clone())
	if err != nil {
		return &failure{err: err, now: now}
	}
	defer m.Close()
	kinds := kinds(o.Kinds)
	was, told := now, ""
	for i, e := range script {
		next := now.Clone()
		told += "\t" + do(next, e.seed, kinds) + "\n"
		now = next
		if !e.check && i < len(script)-1 {
			continue
		}
		if err := m.Check(was, now); err != nil {
			return &failure{i, err, told, was, now}
		}
		was = now
	}
	return nil
}

// shrink leaves out edits of a failing script, as long as it still fails: half of them, then a quarter,
// and so on down to single ones.
func (o Options) shrink(seed uint64, script []edit) []edit {
	most := cmp.Or(o.Tries, 400)
	tries := 0
	for size := max(len(script)/2, 1); ; size = max(size/2, 1) {
		less := false
		for from := 0; from < len(script) && tries < most; {
			rest := slices.Concat(script[:from], script[min(from+size, len(script)):])
			tries++
			if f := o.play(seed, rest); len(rest) > 0 && f != nil {
				script, less = rest[:f.at+1], true
			} else {
				from += size
			}
		}
		if size == 1 && !less || tries >= most {
			return script
		}
	}
}
