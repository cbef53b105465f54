package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// option is a key below options in the front matter.
type option struct {
	name    string
	apply   func(*slides.Options, yaml.Value) error
	param   string
	doc     string
	example string // the value after the name
}

// optionTable lists the options.
func optionTable() []option {
	return []option{
		{"implicit_slide_ends", onOff(func(o *slides.Options) *bool { return &o.ImplicitSlideEnds }),
			"true or false", "a slide title ends the slide before it", "true"},
		{"end_slide_shorthand", onOff(func(o *slides.Options) *bool { return &o.EndSlideShorthand }),
			"true or false", "--- on a line of its own ends the slide", "true"},
		{"h1_slide_titles", onOff(func(o *slides.Options) *bool { return &o.H1SlideTitles }),
			"true or false", "the first # heading of a slide is its title", "true"},
		{"command_prefix", textOption(func(o *slides.Options) *string { return &o.CommandPrefix }),
			"text", "comments that begin with it are commands; others may be, and are ignored if they are not", `"cmd:"`},
		{"image_attributes_prefix", textOption(func(o *slides.Options) *string { return &o.ImageAttributesPrefix }),
			"text", "the prefix of attributes in a picture's text", `"img:"`},
		{"incremental_lists", onOff(func(o *slides.Options) *bool { return &o.IncrementalLists }),
			"true or false", "shows list items one by one", "true"},
		{"incremental_tables", onOff(func(o *slides.Options) *bool { return &o.IncrementalTables }),
			"true or false", "shows table rows one by one", "true"},
		{"list_item_newlines", func(o *slides.Options, v yaml.Value) (err error) {
			o.ListItemNewlines, err = number(v, 1, 255, o.ListItemNewlines)
			return err
		}, "1 to 255", "line feeds between list items", "2"},
		{"common_markdown", onOff(func(o *slides.Options) *bool { return &o.CommonMarkdown }),
			"true or false", "reads what most other tools do: task lists, bare links, names of emoji, footnotes defined anywhere", "true"},
		{"strict_front_matter_parsing", func(o *slides.Options, v yaml.Value) error {
			on, err := v.Bool()
			o.LenientFrontMatter = err == nil && !on
			return err
		}, "true or false", "an unknown key of the front matter is an error", "false"},
		{"auto_render_languages", func(o *slides.Options, v yaml.Value) error {
			if v.Kind != yaml.List {
				return fmt.Errorf("want a list of languages, got %s", v.Describe())
			}
			o.AutoRenderLanguages = nil
			for _, it := range v.Items {
				s, err := it.Scalar()
				if err != nil {
					return err
				}
				o.AutoRenderLanguages = append(o.AutoRenderLanguages, s)
			}
			return nil
		}, "list of languages", "gives blocks in these languages +render", "[mermaid]"},
		{"math", onOff(func(o *slides.Options) *bool { return &o.Math }),
			"true or false", "$x^2$ is a formula within a line, and $$x^2$$ on lines of its own is a formula of its own", "true"},
	}
}

func onOff(to func(*slides.Options) *bool) func(*slides.Options, yaml.Value) error {
	return func(o *slides.Options, v yaml.Value) error {
		on, err := v.Bool()
		if err == nil {
			*to(o) = on
		}
		return err
	}
}

func textOption(to func(*slides.Options) *string) func(*slides.Options, yaml.Value) error {
	return func(o *slides.Options, v yaml.Value) error {
		s, err := v.Scalar()
		if err == nil {
			*to(o) = s
		}
		return err
	}
}

// number returns the number in v, or was if v is invalid.
func number(v yaml.Value, lo, hi, was int) (int, error) {
	n, err := v.Int(lo, hi)
	if err != nil {
		return was, err
	}
	return n, nil
}

// DefaultOptions are the options of a deck where nobody sets any.
func DefaultOptions() slides.Options {
	return slides.Options{ImageAttributesPrefix: "image:", ListItemNewlines: 1}
}

// ReadOptions reads a mapping of options, as it stands under options in a front matter, into to. It returns the
// options that were set, and the mistakes, which set nothing. An unknown option is a mistake as well.
func ReadOptions(v yaml.Value, to *slides.Options) (set []slides.Setting, bad slides.Diags) {
	fail := func(at slides.Span, msg, hint string) {
		bad = append(bad, slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: slides.Error, Msg: msg, Hint: hint})
	}
	if v.Kind != yaml.Map {
		fail(v.At, "options: want a mapping, got "+v.Describe(), "as in options: {end_slide_shorthand: true}")
		return nil, bad
	}
	table := optionTable()
	var names []string
	for _, o := range table {
		names = append(names, o.name)
	}
	for _, f := range v.Fields {
		switch i := slices.Index(names, f.Key); {
		case i < 0:
			fail(f.At, fmt.Sprintf("unknown option %q", f.Key), text.Suggest(f.Key, "options: ", slices.Sorted(slices.Values(names))))
		case f.Value.Kind == yaml.Null:
		default:
			was := *to
			if err := table[i].apply(to, f.Value); err != nil {
				*to = was
				fail(f.Value.At, f.Key+": "+err.Error(), "as in "+f.Key+": "+table[i].example)
				continue
			}
			set = append(set, slides.Setting{Name: f.Key, Value: written(f.Value), At: f.Value.At})
		}
	}
	return set, bad
}

// written returns the value of an option as YAML.
func written(v yaml.Value) string {
	if v.Kind != yaml.List {
		return string(v.At.File.Src[v.At.Off:v.At.End])
	}
	items := make([]string, len(v.Items))
	for i, it := range v.Items {
		items[i] = written(it)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// options reads the options of the front matter. They are always strict.
func (b *builder) options(v yaml.Value) error {
	if v.Kind != yaml.Map {
		return fmt.Errorf("want a mapping, got %s", v.Describe())
	}
	set, bad := ReadOptions(v, &b.opts)
	b.deck.Meta.Set = set
	for _, d := range bad {
		b.fail(d)
	}
	return nil
}
