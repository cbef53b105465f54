package config

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Player holds the settings of the player, which shows the talk in a terminal. The zero Player has the
// defaults. Its settings come from three files: the user's configuration of presenterm, presenterm.yaml
// beside the deck, and slidexec.yaml. Each replaces settings of those before, and keys by action.
type Player struct {
	Bindings   []stage.Override // for stage.NewKeymap, which finds no mistake in them
	Transition Transition
	Theme      string // of a deck that names none; "": not set
	Images     string // how pictures reach the terminal, by presenterm's names, such as "kitty-local"; "": not set
	Columns    Extent // the part of a large window that is used
	Rows       Extent
	Cell       int // the width of a cell in pixels, half its height, for terminals that do not say it; 0: not set
}

// Transition says how one slide becomes the next one. The zero Transition shows it at once.
type Transition struct {
	Style    string        // "fade", "slide_horizontal" or "collapse_horizontal"; "": none
	Duration time.Duration // of the whole
	Frames   int           // pictures on the way
}

// Extent is the part of a window that slides use, across or down.
type Extent struct {
	Max   int    // columns or rows; 0: all
	Align string // "left", "center" or "right"; "top", "center" or "bottom"; "": not set
}

// Bounds of settings, beyond which somebody has made a mistake.
const (
	maxTransition = 10 * time.Second
	maxFrames     = 1000
	maxExtent     = 1 << 16
	maxFont       = 255 // pixels
)

// Defaults of a transition whose style alone is given.
const (
	transitionTime   = time.Second
	transitionFrames = 30
)

// images are presenterm's names for how pictures reach the terminal.
var images = []string{"auto", "kitty-local", "kitty-remote", "iterm2", "iterm2-multipart", "sixel", "ascii-blocks"}

var transitions = []string{"fade", "slide_horizontal", "collapse_horizontal"}

// playerKeys are the settings of the player that stand in slidexec.yaml, and in presenterm's files.
func playerKeys() []key {
	return []key{
		{"bindings", `bindings: {next: ["j", " "]}`, (*reader).bindings},
		{"transition", "transition: {animation: {style: fade}}", (*reader).transition},
	}
}

// defaultKeys are the settings under defaults in presenterm's files.
func defaultKeys() []key {
	return []key{
		{"theme", "theme: dark", (*reader).theme},
		{"image_protocol", "image_protocol: kitty-local", func(r *reader, f yaml.Field) { r.word(f, images, &r.player.Images) }},
		{"max_columns", "max_columns: 100", func(r *reader, f yaml.Field) { r.number(f, maxExtent, &r.player.Columns.Max) }},
		{"max_rows", "max_rows: 50", func(r *reader, f yaml.Field) { r.number(f, maxExtent, &r.player.Rows.Max) }},
		{"max_columns_alignment", "max_columns_alignment: center", func(r *reader, f yaml.Field) {
			r.word(f, []string{"left", "center", "right"}, &r.player.Columns.Align)
		}},
		{"max_rows_alignment", "max_rows_alignment: center", func(r *reader, f yaml.Field) {
			r.word(f, []string{"top", "center", "bottom"}, &r.player.Rows.Align)
		}},
		{"terminal_font_size", "terminal_font_size: 16", func(r *reader, f yaml.Field) { r.number(f, maxFont, &r.player.Cell) }},
	}
}

// theme reads the name of a theme. A mapping has one for light and one for dark terminals, so that the terminal decides.
func (r *reader) theme(f yaml.Field) {
	if f.Value.Kind != yaml.Map {
		r.word(f, nil, &r.player.Theme)
		return
	}
	var light, dark string
	r.mapping(f.Value, []key{
		{"light", "light: NAME", func(r *reader, f yaml.Field) { r.word(f, nil, &light) }},
		{"dark", "dark: NAME", func(r *reader, f yaml.Field) { r.word(f, nil, &dark) }},
	})
}

// bindings reads lists of keys by action.
func (r *reader) bindings(f yaml.Field) {
	if f.Value.Kind != yaml.Map {
		r.fail(f.Value.At, "bindings: want lines of ACTION: KEYS, got "+f.Value.Describe(), "as in "+playerKeys()[0].example)
		return
	}
	for _, b := range f.Value.Fields {
		o := stage.Override{Action: b.Key, At: b.At}
		list := b.Value.Items
		if b.Value.Kind != yaml.List && b.Value.Kind != yaml.Null {
			list = []yaml.Value{b.Value}
		}
		for _, v := range list {
			s, err := v.Scalar()
			if err != nil {
				r.fail(v.At, b.Key+": "+err.Error(), fmt.Sprintf(`as in %s: ["j", "gg", "<c-e>"]`, b.Key))
				continue
			}
			o.Keys = append(o.Keys, stage.Configured{Keys: s, At: v.At})
		}
		r.player.Bindings = append(r.player.Bindings, o)
	}
	_, err := stage.NewKeymap(stage.Terminal, r.player.Bindings)
	if bad, ok := errors.AsType[slides.Diags](err); ok {
		r.player.Bindings = nil
		for _, d := range bad {
			r.fail(slides.Span{Pos: d.Pos, End: d.Pos.Off + d.Len}, d.Msg, d.Hint)
		}
	}
}

// transition reads a style, or a mapping as presenterm has it.
func (r *reader) transition(f yaml.Field) {
	t := Transition{Duration: transitionTime, Frames: transitionFrames}
	if f.Value.Kind == yaml.String {
		r.word(f, transitions, &t.Style)
	} else {
		ms := int(t.Duration.Milliseconds())
		r.mapping(f.Value, []key{
			{"animation", "animation: {style: fade}", func(r *reader, f yaml.Field) {
				r.mapping(f.Value, []key{{"style", "style: fade", func(r *reader, f yaml.Field) {
					r.word(f, transitions, &t.Style)
				}}})
			}},
			{"duration_millis", "duration_millis: 750", func(r *reader, f yaml.Field) {
				r.number(f, int(maxTransition.Milliseconds()), &ms)
			}},
			{"frames", "frames: 45", func(r *reader, f yaml.Field) { r.number(f, maxFrames, &t.Frames) }},
		})
		t.Duration = time.Duration(ms) * time.Millisecond
	}
	if t.Style != "" {
		r.player.Transition = t
	}
}

// word reads a word: one of a list, or any if there is no list.
func (r *reader) word(f yaml.Field, of []string, to *string) {
	s, err := f.Value.Scalar()
	switch {
	case err != nil:
		r.fail(f.Value.At, f.Key+": "+err.Error(), "")
	case of != nil && !slices.Contains(of, s):
		r.fail(f.Value.At, fmt.Sprintf("%s: there is no %s", f.Key, text.Name(s)), text.Suggest(s, "choose one of ", of))
	default:
		*to = s
	}
}

// number reads a number from 1 on.
func (r *reader) number(f yaml.Field, most int, to *int) {
	n, err := f.Value.Int(1, most)
	if err != nil {
		r.fail(f.Value.At, f.Key+": "+err.Error(), "")
		return
	}
	*to = n
}

// Player returns the settings of the player. env returns variables of the user's environment; userDir is
// the folder with the configurations of the user's programs, "" if there is none. The files of
// presenterm may have any other settings as well. Mistakes in them are warnings, and the file's keys or
// its mistaken settings are then not used: a talk begins in any case.
func (c *Config) Player(env func(string) string, userDir string) (Player, slides.Diags) {
	var out Player
	var diags slides.Diags
	take := func(p Player, file *slides.File) {
		all := append(slices.Clone(out.Bindings), p.Bindings...)
		_, err := stage.NewKeymap(stage.Terminal, all)
		if bad, ok := errors.AsType[slides.Diags](err); ok {
			for _, d := range bad {
				d.Severity = slides.Warning
				d.Hint = "the bindings of " + text.Name(file.Name) + " are not used"
				diags = append(diags, d)
			}
			all = out.Bindings
		}
		out = out.with(p)
		out.Bindings = all
	}
	for _, r := range c.presenterm(env, userDir, presentermKeys()) {
		for _, d := range r.Diags {
			d.Severity = slides.Warning
			diags = append(diags, d)
		}
		take(r.player, r.Source)
	}
	take(c.player, c.Source)
	return out, diags
}

// with returns p with the settings that o has, but its own keys.
func (p Player) with(o Player) Player {
	if o.Transition.Style != "" {
		p.Transition = o.Transition
	}
	for _, s := range [][2]*string{
		{&p.Theme, &o.Theme}, {&p.Images, &o.Images}, {&p.Columns.Align, &o.Columns.Align}, {&p.Rows.Align, &o.Rows.Align},
	} {
		if *s[1] != "" {
			*s[0] = *s[1]
		}
	}
	for _, n := range [][2]*int{{&p.Columns.Max, &o.Columns.Max}, {&p.Rows.Max, &o.Rows.Max}, {&p.Cell, &o.Cell}} {
		if *n[1] != 0 {
			*n[0] = *n[1]
		}
	}
	return p
}

// presentermKeys are the settings of presenterm that the player knows.
func presentermKeys() []key {
	return append(playerKeys(), key{"defaults", "defaults: {theme: dark}", func(r *reader, f yaml.Field) {
		r.mapping(f.Value, defaultKeys())
	}})
}
