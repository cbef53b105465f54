package markdown

import (
	"fmt"

	"github.com/slidexec/slidexec/slides"
)

// option is a key below options in the front matter.
type option struct {
	name    string
	apply   func(*slides.Options, value) error
	param   string
	doc     string
	example string // what stands behind the name
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
			"text", "comments that begin with it are commands; others need not be", `"cmd:"`},
		{"image_attributes_prefix", textOption(func(o *slides.Options) *string { return &o.ImageAttributesPrefix }),
			"text", "what attributes in a picture's text begin with", `"img:"`},
		{"incremental_lists", onOff(func(o *slides.Options) *bool { return &o.IncrementalLists }),
			"true or false", "shows list items one by one", "true"},
		{"incremental_tables", onOff(func(o *slides.Options) *bool { return &o.IncrementalTables }),
			"true or false", "shows table rows one by one", "true"},
		{"list_item_newlines", func(o *slides.Options, v value) (err error) {
			o.ListItemNewlines, err = number(v, 1, 255, o.ListItemNewlines)
			return err
		}, "1 to 255", "line feeds between list items", "2"},
		{"strict_front_matter_parsing", func(o *slides.Options, v value) error {
			on, err := v.bool()
			o.LenientFrontMatter = err == nil && !on
			return err
		}, "true or false", "an unknown key of the front matter is an error", "false"},
		{"auto_render_languages", func(o *slides.Options, v value) error {
			if v.kind != listValue {
				return fmt.Errorf("want a list of languages, got %s", v.describe())
			}
			for _, it := range v.items {
				s, err := it.string()
				if err != nil {
					return err
				}
				o.AutoRenderLanguages = append(o.AutoRenderLanguages, s)
			}
			return nil
		}, "list of languages", "draws blocks in these languages as if they had +render", "[mermaid]"},
	}
}

func onOff(to func(*slides.Options) *bool) func(*slides.Options, value) error {
	return func(o *slides.Options, v value) error {
		on, err := v.bool()
		if err == nil {
			*to(o) = on
		}
		return err
	}
}

func textOption(to func(*slides.Options) *string) func(*slides.Options, value) error {
	return func(o *slides.Options, v value) error {
		s, err := v.string()
		if err == nil {
			*to(o) = s
		}
		return err
	}
}

// number returns the number in v, or was.
func number(v value, lo, hi, was int) (int, error) {
	n, err := v.int(lo, hi)
	if err != nil {
		return was, err
	}
	return n, nil
}

// options reads the options of the front matter. They are strict, whatever else is not.
func (b *builder) options(v value) error {
	if v.kind != mapValue {
		return fmt.Errorf("want a mapping, got %s", v.describe())
	}
	table := optionTable()
	var names []string
	for _, o := range table {
		names = append(names, o.name)
	}
next:
	for _, f := range v.fields {
		for _, o := range table {
			if o.name != f.key {
				continue
			}
			if f.value.kind == nullValue {
				continue next
			}
			if err := o.apply(&b.opts, f.value); err != nil {
				b.failAt(f.value.at, f.key+": "+err.Error(), "as in "+o.name+": "+o.example)
			}
			continue next
		}
		b.failAt(f.at, fmt.Sprintf("unknown option %q", f.key), suggest(f.key, "options: ", names))
	}
	return nil
}
