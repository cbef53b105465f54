package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// scene is what surrounds programs, as one run of snippets finds it: each part is looked at when it
// is first needed, and once.
type scene struct {
	folder  folder
	files   func() *content // of the folder
	view    func() view
	headers func() string // identifies what compilers read of the system

	mu     *sync.Mutex
	asides map[string]string // what files that stand aside hold
	places map[string]placed // what places hold that were granted
	tools  map[string]found
}

type placed struct {
	sum string
	err error
}

type found struct {
	tool toolchain.Tool
	err  error
}

// scene looks at the surroundings of programs of a deck whose text is in these files.
func (r *Runner) scene(text []string) scene {
	f := r.folder.withText(slices.Concat(*r.text.Load(), text))
	return scene{
		folder: f, files: sync.OnceValue(f.content), view: sync.OnceValue(f.view), headers: sync.OnceValue(headerStamp),
		mu: &sync.Mutex{}, asides: map[string]string{}, places: map[string]placed{}, tools: map[string]found{},
	}
}

// same reports whether everything that programs can read is as it was: what they were given then is
// what the key of their results says.
func (sc scene) same() bool {
	files := sc.files()
	if now := sc.folder.content(); now.err != nil || now.sum != files.sum {
		return false
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for path, sum := range sc.asides {
		if now, err := sc.folder.contentOf(path); err != nil || now != sum {
			return false
		}
	}
	for path, was := range sc.places {
		if now, err := sc.folder.contentOf(path); (err == nil) != (was.err == nil) || now != was.sum {
			return false
		}
	}
	return true
}

// tool finds the first of the commands in a table entry: "python3|python".
func (sc scene) tool(f *toolchain.Finder, names string) (toolchain.Tool, error) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	t, ok := sc.tools[names]
	if !ok {
		t.tool, t.err = f.First(strings.Split(names, "|")...)
		sc.tools[names] = t
	}
	return t.tool, t.err
}

// asides says what the files hold that stand aside, as far as the program names them. It is false
// where that is too much to be looked through.
func (j *job) asides(c *content) ([]string, bool) {
	var out []string
	for _, a := range c.asides {
		if !j.names(a) {
			continue
		}
		sum, err := j.scene.aside(a)
		if err != nil {
			return nil, false
		}
		out = append(out, strings.TrimPrefix(a.path, j.scene.folder.dir), sum)
	}
	return out, true
}

func (sc scene) aside(a aside) (string, error) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if sum, ok := sc.asides[a.path]; ok {
		return sum, nil
	}
	sum, err := sc.folder.contentOf(a.path)
	if err == nil {
		sc.asides[a.path] = sum
	}
	return sum, err
}

// places says what the places hold that the program was granted. It is false where that is too much
// to be looked through.
func (j *job) places() ([]placeID, bool) {
	var out []placeID
	for _, g := range j.with.Allow {
		if g.Place.Path == "" {
			continue
		}
		p := j.scene.place(g)
		if p.err != nil && errors.Is(p.err, errTooLarge) {
			return nil, false
		}
		out = append(out, placeID{string(g.Kind), g.Place.Path, dst(g.Place), p.sum})
	}
	return out, true
}

func (sc scene) place(g permit.Grant) placed {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	p, ok := sc.places[g.Place.Path]
	if !ok {
		p.sum, p.err = sc.folder.contentOf(g.Place.Path)
		sc.places[g.Place.Path] = p
	}
	return p
}

// view is what the program sees of the deck's folder: what stands aside is empty for it unless it
// names it. A program that may change files sees them all.
func (j *job) view() view {
	v := j.scene.view()
	if j.with.Allow.Has(permit.Write) {
		return v
	}
	return v.without(j.scene.folder, j.names)
}

// without hides what stands aside and is not named.
func (v view) without(f folder, named func(aside) bool) view {
	var hide []sandbox.Mount
	for _, a := range v.asides {
		if a.kind == asideDrop || named(a) {
			continue
		}
		m := sandbox.Mount{Kind: sandbox.File, Dst: f.at(a.path)}
		if a.dir {
			m.Kind, m.Size = sandbox.Tmpfs, 4096
		}
		hide = append(hide, m)
	}
	if len(hide) == 0 {
		return v
	}
	mounts := slices.Clone(v.mounts[:1])
	for _, m := range v.mounts[1:] {
		inside := func(h sandbox.Mount) bool { return below(h.Dst, m.Dst) }
		if !slices.ContainsFunc(hide, inside) {
			mounts = append(mounts, m)
		}
	}
	v.mounts = append(mounts, hide...)
	return v
}

// unkept is what is said where results are not kept because there is too much to be looked through.
func (sc scene) unkept() string {
	if err := sc.files().err; err != nil && sc.folder.dir != "" {
		return fmt.Sprintf("slidexec keeps no results: %s: %v; move the deck into a folder with only the files that its programs need",
			text.Name(sc.folder.dir), err)
	}
	return ""
}
