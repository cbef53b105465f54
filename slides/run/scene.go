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

// scene is the surroundings of programs during one run of snippets: each part is examined at its
// first use, and once.
type scene struct {
	folder  folder
	files   func() *content // of the folder
	view    func() view
	headers func() string // identifies system files that compilers read

	mu     *sync.Mutex
	asides map[string]string // contents of files that stand aside
	places map[string]placed // contents of granted places
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

// scene returns the surroundings of programs of a deck whose text is in the files of text.
func (r *Runner) scene(text []string) scene {
	f := r.folder.withText(slices.Concat(*r.text.Load(), text))
	return scene{
		folder: f, files: sync.OnceValue(f.content), view: sync.OnceValue(f.view), headers: sync.OnceValue(headerStamp),
		mu: &sync.Mutex{}, asides: map[string]string{}, places: map[string]placed{}, tools: map[string]found{},
	}
}

// same reports whether everything that programs can read is unchanged: then the key of their
// results names what they really read.
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

// asides returns the contents of files that stand aside, for those that the program names. If they
// are too large to be searched, it returns false.
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

// places returns the contents of the places granted to the program. If they are too large to be
// searched, it returns false.
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

// view returns the program's view of the deck's folder: files that stand aside are empty unless the
// program names them. A program that may change files sees them all.
func (j *job) view() view {
	v := j.scene.view()
	if j.with.Allow.Has(permit.Write) {
		return v
	}
	return v.without(j.scene.folder, j.names)
}

// without hides files that stand aside and are not named.
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

// unkept says why results are not kept, if there is too much to search.
func (sc scene) unkept() string {
	if err := sc.files().err; err != nil && sc.folder.dir != "" {
		return fmt.Sprintf("slidexec keeps no results: %s: %v; move the deck into a folder with only the files that its programs need",
			text.Name(sc.folder.dir), err)
	}
	return ""
}
