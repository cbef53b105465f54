// Package edits edits the folder of a deck at random. Tests prove with it that a program that follows
// the folder shows what it would show if it opened the deck now.
//
// Run makes a Model that follows a folder, edits the folder again and again, and lets the Model say
// after each edit what is wrong. Every edit is made from a number of its own, so a run is the same
// each time, and edits can be left out: where a Model complains, Run looks for few edits after which
// it does, and reports those.
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

// Folder is what lies beside a deck, and the deck: contents by paths with slashes.
type Folder map[string][]byte

// Clone returns a copy. The bytes of files are never written to.
func (f Folder) Clone() Folder { return maps.Clone(f) }

// Read returns a file's bytes, of which most are too many.
func (f Folder) Read(path string, most int64) ([]byte, error) {
	data, ok := f[filepath.ToSlash(filepath.Clean(path))]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return slices.Clone(data), nil
}

// Stat says what Read would return.
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

// Changed returns the paths of files that are different in the other folder, or in one of them only.
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

// Write makes a directory hold what the folder does, where it held what was does; nil: nothing. A
// file is replaced, or written in place where inPlace is set.
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
			to = filepath.Join(filepath.Dir(path), "4913") // as editors call it, and programs know that
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
	// Check is told of an edit: the folder as it was and as it is. It returns what is wrong then.
	Check(was, now Folder) error
	// Close ends the Model.
	Close() error
}

// Options say what Run does.
type Options struct {
	Seeds int                            // as many runs, each with edits of its own, at the same time
	Edits int                            // of all runs together, unless SLIDEXEC_EDITS says another number
	Slow  int                            // makes as many times fewer edits than SLIDEXEC_EDITS says; 0: 1
	Burst int                            // up to as many edits before each Check; 0: one
	Tries int                            // runs for finding few edits that fail; 0: 400
	Start func(Folder) (Model, error)    // makes a Model of a folder
	Kinds func(name string) bool         // which kinds of edits there are; nil: all
	Begin func(*rand.Rand) (deck Folder) // nil: Begin
}

// number returns what a variable of the environment says, or else usual.
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

// Run edits folders at random and fails the test with as few edits as it finds to make a Model fail.
// The runs are those of the seeds 0, 1 and so on, or from SLIDEXEC_SEED on.
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

// run makes the edits of one seed and says what is wrong.
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

// edit is one that is made of a number.
type edit struct {
	seed  uint64
	check bool // then the Model is asked
}

// failure is what a Model said.
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

// shrink leaves out edits of a script that fails, as long as it does: half of them, then a quarter, and
// so on down to single ones.
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
