package theme

import (
	"maps"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// A theme may have colours for light and for dark screens: under light and dark, a theme's name, or colours
// over those that the theme has for both.

// half reads what a theme has for light or for dark screens.
func (r *reader) half(light bool, f yaml.Field) {
	if r.strict {
		r.fail(f.At, f.Key+" within light or dark", "write it outside")
		return
	}
	if r.pair == nil {
		r.pair = map[bool]*reader{}
	}
	h := r.pair[light]
	if h == nil {
		h = &reader{src: r.src, table: r.table, at: r.at, out: empty()}
		r.pair[light] = h
	}
	defer func() { r.diags, h.diags = append(r.diags, h.diags...), nil }()
	if f.Value.Kind != yaml.Map {
		name, err := f.Value.Scalar()
		if err != nil {
			r.fail(f.Value.At, f.Key+": want the name of a theme, or colours, got "+f.Value.Describe(), "as in dark: {default: {colors: {background: 101418}}}")
			return
		}
		h.named(name, f.Value.At, map[string]bool{})
		return
	}
	if e := f.Value.Field("extends"); e != nil {
		if name, err := e.Value.Scalar(); err == nil {
			h.named(name, e.Value.At, map[string]bool{})
		}
	}
	h.strict = true
	h.mapping(f.Value, nil)
	h.strict = false
}

func empty() *slides.Theme {
	return &slides.Theme{Values: map[string]string{}, Palette: map[string]string{}, Classes: map[string]slides.Colors{}}
}

// coloursOnly reports whether a key is of a colour.
func coloursOnly(path string) bool {
	for _, end := range []string{".foreground", ".background", ".color", ".colors.prefix"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return strings.HasPrefix(path, "palette.") || strings.HasPrefix(path, "scheme")
}

// both makes the two themes of one with colours for light and for dark screens.
func (r *reader) both() {
	if len(r.pair) == 0 {
		return
	}
	for light, to := range map[bool]**slides.Theme{true: &r.out.Light, false: &r.out.Dark} {
		scheme := map[bool]string{true: "light", false: "dark"}[light]
		t := &slides.Theme{Name: r.out.Name, Values: maps.Clone(r.out.Values), Palette: maps.Clone(r.out.Palette), Classes: map[string]slides.Colors{}}
		if was := t.Values["scheme"]; was != "" && was != scheme { // colours that are for the other one
			maps.DeleteFunc(t.Values, func(path, _ string) bool {
				return strings.HasPrefix(path, "scheme") || strings.HasPrefix(path, "default.colors.")
			})
		}
		if h := r.pair[light]; h != nil {
			for path, v := range h.out.Values {
				if coloursOnly(path) {
					t.Values[path] = v
				}
			}
			maps.Copy(t.Palette, h.out.Palette)
			for name, c := range h.out.Palette { // spans have one colour, which is made readable on both
				if _, known := r.out.Palette[name]; !known {
					r.out.Palette[name] = c
				}
			}
		}
		t.Values["scheme"] = scheme
		done := &reader{out: t, table: r.table, at: r.at}
		done.resolve()
		r.diags = append(r.diags, done.diags...)
		*to = t
	}
	delete(r.out.Values, "scheme") // neither light nor dark
}
