// Package theme reads the themes of decks: the built-in ones, files, and what a deck's front matter
// changes of them. The files are those of presenterm; table.go has the table of keys, and builtin.go
// the built-in themes, in colours of our own.
package theme

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Source finds theme files.
type Source struct {
	// File returns the file at a path relative to the deck, with its text. Nil: there are none.
	File func(path string) (*slides.File, error)
	// Named returns the user's own theme of a name, nil if there is none. Nil: the user has none.
	Named func(name string) *slides.File
	// Code returns the user's own colours of code of a name, a file of TextMate, nil if there are none. Nil:
	// the user has none.
	Code func(name string) (*slides.File, error)
}

// Ref is what a deck, or the user's settings for decks that name no theme, say about the theme.
type Ref struct {
	Name, Path string
	At         slides.Span // of the name or path
	Override   yaml.Value  // a mapping, or the zero Value
}

// Result is a theme that was read.
type Result struct {
	*slides.Theme                        // nil: nobody names a theme or a change of it
	At            map[string]slides.Span // the places of values, by path
	Diags         slides.Diags
}

// Read returns the theme. What it has of mistakes is left out and in Diags.
func Read(ref Ref, src Source) Result {
	r := &reader{src: src, table: known(), at: map[string]slides.Span{},
		out: empty()}
	switch {
	case ref.Path != "":
		f, err := r.file(ref.Path)
		if err != nil {
			r.fail(ref.At, fmt.Sprintf("theme %q: %v", ref.Path, err), "the path is relative to the deck")
			break
		}
		r.layer(f, map[string]bool{})
	case ref.Name != "":
		r.named(ref.Name, ref.At, map[string]bool{})
	}
	if ref.Override.Kind == yaml.Map {
		r.mapping(ref.Override, nil)
	}
	if len(r.out.Values) == 0 && len(r.out.Palette) == 0 && r.out.Name == "" && len(r.pair) == 0 {
		r.out = nil
	} else {
		r.both()
		r.resolve()
	}
	r.diags.Sort()
	return Result{r.out, r.at, r.diags}
}

// Names returns the names of the built-in themes.
func Names() []string {
	var out []string
	for _, b := range builtins {
		out = append(out, b.name)
	}
	return out
}

type reader struct {
	src   Source
	table table
	out   *slides.Theme
	at    map[string]slides.Span
	diags slides.Diags

	pair   map[bool]*reader // of the colours for light (true) and for dark screens, if the theme has them
	strict bool             // colours alone are read, and others are mistakes
}

func (r *reader) fail(at slides.Span, msg, hint string) {
	if len(r.diags) < slides.MaxDiags {
		r.diags = append(r.diags, slides.Diag{Pos: at.Pos, Len: max(at.End-at.Off, 1), Severity: slides.Error, Msg: msg, Hint: hint})
	}
}

func (r *reader) file(path string) (*slides.File, error) {
	if r.src.File == nil {
		return nil, errors.New("a deck without a folder has no files")
	}
	return r.src.File(path)
}

// named reads the theme of a name: the user's, or a built-in one.
func (r *reader) named(name string, at slides.Span, seen map[string]bool) {
	if seen[name] {
		r.fail(at, fmt.Sprintf("theme %q extends itself, directly or by others", name), "remove this extends, or the one that leads here")
		return
	}
	seen[name] = true
	if r.src.Named != nil {
		if f := r.src.Named(name); f != nil {
			r.layer(f, seen)
			return
		}
	}
	for _, b := range builtins {
		if b.name == name {
			b.apply(r.out)
			return
		}
	}
	r.fail(at, fmt.Sprintf("there is no theme %q", name), text.Suggest(name, "themes: ", Names()))
}

// layer reads a theme file: what it extends, and then the file over it.
func (r *reader) layer(f *slides.File, seen map[string]bool) {
	whole := slides.Span{Pos: slides.Pos{File: f}, End: 1}
	if at := text.Invalid(f.Src); at >= 0 {
		r.fail(slides.Span{Pos: slides.Pos{File: f, Off: at}, End: at + 1}, "the theme is not UTF-8 from here on", "")
		return
	}
	v, err := yaml.Cut(f, 0, len(f.Src)).Parse()
	if bad, ok := errors.AsType[*yaml.Error](err); ok {
		r.fail(bad.At, "theme: "+bad.Msg, "")
		return
	}
	switch v.Kind {
	case yaml.Null:
		return
	case yaml.Map:
	default:
		r.fail(whole, "a theme wants lines of KEY: VALUE", "")
		return
	}
	if e := v.Field("extends"); e != nil && e.Value.Kind != yaml.Null {
		base, err := e.Value.Scalar()
		if err != nil {
			r.fail(e.Value.At, "extends: "+err.Error(), "")
		} else {
			r.named(base, e.Value.At, seen)
		}
	}
	r.mapping(v, nil)
}

// mapping reads a mapping at a path. Unknown names at the top are mistakes; further down they are left
// alone, as presenterm does.
func (r *reader) mapping(v yaml.Value, path []string) {
	if len(path) == 1 && path[0] == "footer" && v.Field("style") != nil { // another footer has nothing of the old one
		maps.DeleteFunc(r.out.Values, func(p, _ string) bool { return strings.HasPrefix(p, "footer.") })
	}
	for _, f := range v.Fields {
		at := append(slices.Clone(path), f.Key)
		if len(path) == 0 && !slices.Contains(topLevel(), f.Key) {
			r.fail(f.At, fmt.Sprintf("unknown theme key %q", f.Key), text.Suggest(f.Key, "keys: ", topLevel()))
			continue
		}
		k := r.table.find(at)
		switch {
		case f.Value.Kind == yaml.Null:
		case len(path) == 0 && (f.Key == "light" || f.Key == "dark"):
			r.half(f.Key == "light", f)
		case f.Value.Kind == yaml.Map:
			r.mapping(f.Value, at)
		case k != nil:
			r.value(strings.Join(at, "."), k, f.Value)
		}
	}
}

func (r *reader) value(path string, k kind, v yaml.Value) {
	if r.strict && !coloursOnly(path) {
		r.fail(v.At, path+" cannot differ between light and dark", "only colours can; say it once, outside of light and dark")
		return
	}
	s, err := k(r, v)
	if err != nil {
		hint := ""
		if h, ok := errors.AsType[*hinted](err); ok {
			hint = h.hint
		}
		name := path[strings.LastIndexByte(path, '.')+1:]
		r.fail(v.At, name+": "+err.Error(), hint)
		return
	}
	r.at[path] = v.At
	if name, ok := strings.CutPrefix(path, "palette.colors."); ok {
		r.out.Palette[name] = s
		return
	}
	r.out.Values[path] = s
}

// resolve replaces colours of the palette by what they are, and collects the classes.
func (r *reader) resolve() {
	r.codeColours()
	for _, path := range slices.Sorted(maps.Keys(r.out.Values)) {
		name, ok := strings.CutPrefix(r.out.Values[path], "palette:")
		if !ok || r.table[path] == nil && !strings.HasPrefix(path, "palette.") {
			continue
		}
		c, known := r.out.Palette[name]
		if !known {
			r.fail(r.at[path], fmt.Sprintf("the palette has no colour %q", name),
				text.Suggest(name, "its colours: ", slices.Sorted(maps.Keys(r.out.Palette))))
			delete(r.out.Values, path)
			continue
		}
		r.out.Values[path] = c
	}
	for path, c := range r.out.Values {
		rest, ok := strings.CutPrefix(path, "palette.classes.")
		if !ok {
			continue
		}
		i := strings.LastIndexByte(rest, '.')
		cs := r.out.Classes[rest[:i]]
		if rest[i+1:] == "foreground" {
			cs.FG = c
		} else {
			cs.BG = c
		}
		r.out.Classes[rest[:i]] = cs
		delete(r.out.Values, path)
	}
}
