package foreign

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides/yaml"
)

// front is what the front matter of a deck says.
type front struct {
	title, sub, author, date string
	given                    []yamlLine // those four as they are written
	kept                     []string   // lines of our front matter
	lost                     []string   // kept as comments

	steps      bool   // lists come item by item
	paginate   string // Marp
	footer     string
	dividers   []int
	slideLevel int      // patat
	separators []string // reveal-md

	slide    *yaml.Value // Slidev: what concerns the first slide
	slideRaw []yamlLine
}

// perSlide are the keys of a Slidev front matter that concern the slide which follows.
var perSlide = strings.Fields("layout class background image src hide disabled clicks zoom routeAlias level hideInToc preload url")

// frontMatter reads the front matter and returns the first line behind it.
func (c *converter) frontMatter() int {
	if len(c.lines) == 0 || strings.TrimRight(c.lines[0].text, " \t") != "---" {
		return 0
	}
	for end := 1; end < len(c.lines); end++ {
		if strings.TrimRight(c.lines[end].text, " \t") != "---" {
			continue
		}
		if end == 1 || !metaLine().MatchString(c.lines[1].text) {
			return 0
		}
		v, raw := c.yaml(1, end)
		if v == nil {
			for _, r := range raw {
				c.meta.lost = append(c.meta.lost, r.text)
			}
			return end + 1
		}
		c.meta.slide = &yaml.Value{Kind: yaml.Map, At: v.At}
		for _, r := range raw {
			c.metaField(r)
		}
		return end + 1
	}
	return 0
}

// metaField takes a field of the front matter.
func (c *converter) metaField(r yamlLine) {
	m, v := &c.meta, r.field.Value
	text, err := v.Scalar()
	text = strings.TrimSpace(text)
	scalar := err == nil
	texts := map[string]*string{"title": &m.title, "author": &m.author, "date": &m.date, "sub_title": &m.sub, "subtitle": &m.sub}
	if v.Kind == yaml.Null {
		return
	}
	switch key := r.field.Key; {
	case texts[key] != nil && scalar:
		*texts[key] = text
		m.given = append(m.given, r)
	case texts[key] != nil && v.Kind == yaml.List && key == "author":
		var all []string
		for _, it := range v.Items {
			all = append(all, it.Text)
		}
		m.author = strings.Join(all, ", ")
		m.given = append(m.given, r)
	case scalar && (key == "lang" || key == "description" || key == "event" || key == "location" || key == "url" && strings.HasPrefix(text, "http") && c.tool != Slidev):
		m.kept = append(m.kept, key+": "+quoted(strings.Join(strings.Fields(text), " ")))
	case c.tool == Slidev && key == "info" && scalar:
		m.kept = append(m.kept, "description: "+quoted(strings.Join(strings.Fields(text), " ")))
	case c.tool == Slidev && key == "duration" && minutes().MatchString(text):
		m.kept = append(m.kept, "duration: "+minutes().FindStringSubmatch(text)[1]+"m")
	case c.tool == Slidev && key == "lineNumbers" && v.Kind == yaml.Bool:
		c.numbers = text == "true"
	case c.tool == Slidev && strings.Contains(" "+strings.Join(perSlide, " ")+" ", " "+key+" "):
		m.slide.Fields = append(m.slide.Fields, r.field)
		m.slideRaw = append(m.slideRaw, r)
	case c.tool == Marp && key == "marp":
	case c.tool == Marp && key == "paginate" && scalar:
		m.paginate = text
		c.persist["paginate"] = text
	case c.tool == Marp && key == "footer" && scalar:
		m.footer = text
	case c.tool == Marp && key == "headingDivider" && numbers(v) != nil:
		m.dividers = numbers(v)
	case c.tool == Marp && key == "class" && scalar && strings.Contains(text, "lead"):
		c.persist["class"] = text
	case c.tool == Reveal && (key == "separator" || key == "verticalSeparator") && scalar && compiles(text):
		m.separators = append(m.separators, text)
	case c.tool == Patat && key == "patat" && v.Kind == yaml.Map:
		c.patat(r)
	default:
		c.lose(r)
	}
}

var minutes = pattern.New(`^(\d{1,3}) ?m(?:in)?$`)

func compiles(p string) bool {
	_, err := regexp.Compile("(?m)" + strings.ReplaceAll(p, `\/`, "/"))
	return err == nil
}

// lose keeps a field as a comment.
func (c *converter) lose(r yamlLine) {
	c.report(r.field.At.Off, r.field.At.End-r.field.At.Off, fmt.Sprintf("kept as a comment: the key %s of %s decks", r.field.Key, c.tool))
	c.meta.lost = append(c.meta.lost, r.text)
}

// patat reads the settings of patat.
func (c *converter) patat(r yamlLine) {
	lost := false
	for _, f := range r.field.Value.Fields {
		switch {
		case f.Key == "incrementalLists" && f.Value.Kind == yaml.Bool:
			c.meta.steps = f.Value.Text == "true"
		case f.Key == "slideLevel" && f.Value.Kind == yaml.Int:
			c.meta.slideLevel = numbers(f.Value)[0]
		default:
			c.report(f.At.Off, f.At.End-f.At.Off, "kept as a comment: the setting "+f.Key+" of patat")
			lost = true
		}
	}
	if lost {
		c.meta.lost = append(c.meta.lost, r.text)
	}
}

// cover turns the facts about the talk into our front matter, which makes an intro slide of them. Other tools make none
// (but patat), so the intro slide takes the place of a first slide that has nothing but headings.
func (c *converter) cover(bodies [][]string) [][]string {
	m := &c.meta
	if m.title == "" && m.author == "" && m.date == "" && m.sub == "" {
		return bodies
	}
	if c.tool != Patat {
		title, sub, ok := coverOf(bodies[0])
		if !ok || len(bodies) == 1 {
			for _, r := range m.given {
				c.report(r.field.At.Off, r.field.At.End-r.field.At.Off,
					fmt.Sprintf("kept as a comment: %s would add an intro slide before the first slide", r.field.Key))
				m.lost = append(m.lost, r.text)
			}
			m.title, m.sub, m.author, m.date = "", "", "", ""
			return bodies
		}
		m.title = title
		if sub != "" {
			m.sub = sub
		}
		bodies = bodies[1:]
	}
	for len(bodies) > 1 && len(bodies[0]) == 0 && c.tool == Patat {
		bodies = bodies[1:]
	}
	return bodies
}

var headOnly = pattern.New(`^#{1,6}[ \t]+(.+)$`)

// coverOf returns the headings of a slide that has one or two and nothing else.
func coverOf(body []string) (title, sub string, ok bool) {
	for _, l := range body {
		if l == "" || l == "<!-- no_footer -->" || l == "<!-- alignment: center -->" || l == "<!-- jump_to_middle -->" {
			continue
		}
		m := headOnly().FindStringSubmatch(l)
		switch {
		case m == nil || strings.ContainsAny(m[1], "<!["):
			return "", "", false
		case title == "":
			title = m[1]
		case sub == "":
			sub = m[1]
		default:
			return "", "", false
		}
	}
	return title, sub, title != ""
}

// frontLines returns our front matter.
func (c *converter) frontLines() []string {
	m := &c.meta
	out := []string{"---"}
	for _, f := range []struct{ key, text string }{{"title", m.title}, {"sub_title", m.sub}, {"author", m.author}, {"date", m.date}} {
		if f.text != "" {
			out = append(out, f.key+": "+quoted(strings.Join(strings.Fields(f.text), " ")))
		}
	}
	out = append(out, m.kept...)
	if m.paginate == "true" || m.footer != "" {
		out = append(out, "theme:", "  override:", "    footer:", "      style: template")
		if m.footer != "" {
			out = append(out, "      left: "+quoted(strings.NewReplacer("{", "(", "}", ")").Replace(m.footer)))
		}
		if m.paginate == "true" {
			out = append(out, `      right: "{current_slide} / {total_slides}"`)
		}
	}
	out = append(out, "options:", "  h1_slide_titles: true", "  common_markdown: true")
	if m.steps {
		out = append(out, "  incremental_lists: true")
	}
	for _, text := range m.lost {
		for l := range strings.SplitSeq(text, "\n") {
			out = append(out, strings.TrimRight("# "+strings.ReplaceAll(l, "\r", " "), " ")) // in YAML, a lone CR ends a line
		}
	}
	return append(out, "---")
}
