package foreign

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

var (
	imagePattern = pattern.New(`!\[([^\]]*)\]\(\s*(<[^>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+("[^"]*"|'[^']*'))?\s*\)(\{[^}]*\})?`)
	farImage     = pattern.New(`!(\[[^\]]*\]\([^)]*(?:://|data:))`)
	codeSpan     = pattern.New("`+")
	inlineNote   = pattern.New(`<!--(.*?)-->`)
	sizeWord     = pattern.New(`^(w|h|width|height):(\d+(?:\.\d+)?)(px|%|em|rem|cm|in|mm|pt|pc)?$`)
	linkTag      = pattern.New(`(?i)<a\s[^>]*href\s*=\s*"([^"]*)"[^>]*>(.*?)</a>`)
)

// inline turns a line of text into ours. fragment tells that its block comes at a step of its own.
func (c *converter) inline(text string) (out string, fragment bool) {
	if c.pending != "" {
		text, c.pending = c.pending+text, ""
	}
	var b strings.Builder
	for text != "" {
		at := codeSpan().FindStringIndex(text)
		if at == nil {
			b.WriteString(c.plainText(text, &fragment))
			break
		}
		marks := text[at[0]:at[1]]
		end := strings.Index(text[at[1]:], marks)
		if end < 0 {
			b.WriteString(c.plainText(text, &fragment))
			break
		}
		end += at[1] + len(marks)
		b.WriteString(c.plainText(text[:at[0]], &fragment))
		b.WriteString(text[at[0]:end])
		text = text[end:]
	}
	return strings.TrimRight(b.String(), " \t") + trailing(b.String()), fragment
}

// trailing keeps the two blanks that break a line.
func trailing(s string) string {
	if strings.HasSuffix(s, "  ") && strings.TrimSpace(s) != "" {
		return "  "
	}
	return ""
}

// plainText turns text without code spans into ours.
func (c *converter) plainText(text string, fragment *bool) string {
	text = inlineNote().ReplaceAllStringFunc(text, func(whole string) string {
		body := strings.TrimSpace(inlineNote().FindStringSubmatch(whole)[1])
		switch m := element().FindStringSubmatch(whole); {
		case m != nil && m[1] == "element":
			if attrs := attributes(m[2]); c.fragment(attrs) {
				*fragment = true
			} else {
				c.keep(body, "attributes of an element of reveal.js")
			}
		case body == "fit" && c.tool == Marp:
		case c.tool == Marp && !c.marpDirectives(body):
			c.before(c.noteLines(body)...)
		case c.tool != Marp:
			c.before(plain(body)...)
		}
		return ""
	})
	text = imagePattern().ReplaceAllStringFunc(text, c.markdownImage)
	text = farImage().ReplaceAllString(text, "$1") // with an odd address
	text = linkTag().ReplaceAllString(text, "[$2]($1)")
	return anyTag().ReplaceAllStringFunc(text, func(whole string) string {
		m := anyTag().FindStringSubmatch(whole)
		name, attrs := strings.ToLower(m[1]), attributes(m[2])
		closes := strings.HasPrefix(whole, "</")
		switch {
		case name == "v-click" || c.isFragment(attrs):
			if !closes {
				if name == "v-click" {
					attrs["v-click"] = attrs["at"]
				}
				*fragment = c.fragment(attrs) || *fragment
				if name != "v-click" && slices.Contains(inlineHTML, name) {
					return "<" + name + ">"
				}
			}
			return ""
		case name == "img":
			return c.tagImage(whole, attrs)
		case name == "br":
			return "<br>"
		case name == "span" && !closes && !(len(attrs) == 0 || strings.Contains(attrs["style"], "color")):
			c.keep(whole, "the look of a span")
			return "<span>"
		case slices.Contains(inlineHTML, name):
			if len(attrs) > 0 && name != "span" {
				return "<" + name + ">"
			}
			return strings.ToLower(whole[:len(whole)-len(strings.TrimLeft(whole, "</"))]+m[1]) + whole[len(whole)-len(strings.TrimLeft(whole, "</"))+len(m[1]):]
		case slices.Contains(textHTML, name) && name != "p" && name != "li" || strings.Contains(name, "-"):
			if !closes && len(attrs) > 0 {
				c.keep(whole, "the element "+name+" in a text")
			}
			return ""
		case name == "p" || name == "li":
			return ""
		}
		return whole
	})
}

func (c *converter) isFragment(attrs map[string]string) bool {
	_, click := attrs["v-click"]
	return click || hasClass(attrs, fragmentClass)
}

// noteLines are the lines of a speaker note.
func (c *converter) noteLines(text string) []string {
	if text == "" {
		return nil
	}
	return []string{"<!-- speaker_note: " + quoted(strings.ReplaceAll(text, "-->", "→")) + " -->"}
}

// markdownImage turns one picture into ours.
func (c *converter) markdownImage(whole string) string {
	m := imagePattern().FindStringSubmatch(whole)
	alt, dest, title := m[1], strings.Trim(m[2], "<>"), m[3]
	if c.tool != Marp {
		width := ""
		if m[4] != "" {
			width = c.width(attributes(m[4])["width"])
			if rest := strings.Trim(m[4], "{} "); width == "" || strings.Contains(rest, " ") {
				c.keep(m[4], "attributes of a picture")
			}
		}
		return c.imageTitled(alt, dest, width, title)
	}
	var words, lost []string
	width, bg, side := "", false, ""
	for w := range strings.FieldsSeq(alt) {
		size := sizeWord().FindStringSubmatch(w)
		name, _, _ := strings.Cut(w, ":")
		switch {
		case w == "bg":
			bg = true
		case bg && (name == "left" || name == "right"):
			side = w
		case size != nil && (size[1] == "w" || size[1] == "width") && c.width(size[2]+size[3]) != "":
			width = c.width(size[2] + size[3])
		case size != nil, slices.Contains(marpWords, name) && (bg || strings.Contains(w, ":") || slices.Contains(marpFilters, name)):
			lost = append(lost, w)
		default:
			words = append(words, w)
		}
	}
	switch {
	case bg && side == "":
		c.keep(whole, "a background picture")
		return ""
	case bg:
		return c.sideImage(strings.Join(words, " "), dest, side)
	case len(lost) > 0:
		c.keep(strings.Join(lost, " "), strings.Join(lost, " ")+" of a picture")
	}
	return c.imageTitled(strings.Join(words, " "), dest, width, title)
}

var (
	marpFilters = strings.Fields("blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia")
	marpWords   = append(strings.Fields("fit auto cover contain vertical horizontal left right"), marpFilters...)
)

// sideImage puts a picture beside everything else on the slide.
func (c *converter) sideImage(alt, dest, side string) string {
	name, part, _ := strings.Cut(side, ":")
	share := 50
	if n, err := strconv.Atoi(strings.TrimSuffix(part, "%")); err == nil && n > 0 && n < 100 {
		share = n
	}
	pic, text := share, 100-share
	if c.sided { // a slide has one
		c.keep("![bg "+side+"]("+dest+")", "another background picture")
		return ""
	}
	c.sided = true
	image := c.image(alt, dest, "")
	if name == "left" {
		c.sides = [3]string{fmt.Sprintf("<!-- column_layout: [%d, %d] -->", pic, text), image, "left"}
	} else {
		c.sides = [3]string{fmt.Sprintf("<!-- column_layout: [%d, %d] -->", text, pic), image, "right"}
	}
	return ""
}

// putSides makes the columns that sideImage asked for.
func (c *converter) putSides() {
	if !c.sided {
		return
	}
	layout, image := c.sides[0], c.sides[1]
	var body []string
	for _, l := range c.out { // it has one layout already, so the picture goes below
		if strings.HasPrefix(l, "<!-- column_layout") {
			c.put("", image)
			return
		}
	}
	if c.sides[2] == "left" {
		body = append([]string{layout, "<!-- column: 0 -->", "", image, "", "<!-- column: 1 -->", ""}, c.out...)
		body = append(body, "", "<!-- reset_layout -->")
	} else {
		body = append([]string{layout, "<!-- column: 0 -->", ""}, c.out...)
		body = append(body, "", "<!-- column: 1 -->", "", image, "", "<!-- reset_layout -->")
	}
	c.out = body
}

// width turns a width into per cent of a slide, which is 1280 pixels wide in Marp and about that elsewhere; "" if it is none.
func (c *converter) width(text string) string {
	wide := 1280.0
	switch c.tool {
	case Slidev:
		wide = 980
	case Reveal:
		wide = 960
	}
	num := strings.TrimRight(text, "px%")
	n, err := strconv.ParseFloat(num, 64)
	if err != nil || n <= 0 {
		return ""
	}
	switch strings.TrimPrefix(text, num) {
	case "%":
	case "px", "":
		n = n / wide * 100
	default:
		return ""
	}
	return strconv.Itoa(int(math.Min(100, math.Max(1, math.Round(n)))))
}

// tagImage turns an img tag in a line into a picture.
func (c *converter) tagImage(whole string, attrs map[string]string) string {
	src := attrs["src"]
	if src == "" {
		if src = attrs["data-src"]; src == "" {
			c.keep(whole, "a picture without a file")
			return ""
		}
	}
	width := c.width(attrs["width"])
	if m := widthText().FindStringSubmatch(attrs["style"]); width == "" && m != nil {
		width = c.width(m[1] + "%")
	}
	for name := range attrs {
		if !slices.Contains(strings.Fields("src data-src alt width v-click style class loading"), name) && name != "height" ||
			name == "height" && width == "" || name == "style" && !strings.HasPrefix(strings.TrimSpace(attrs[name]), "width") {
			c.keep(whole, "attributes of a picture")
			break
		}
	}
	return c.image(attrs["alt"], src, width)
}

// picture takes an img tag that stands by itself.
func (c *converter) picture(whole string, attrs map[string]string) {
	if c.pending == "" {
		c.gap()
	}
	if c.fragment(attrs) {
		c.put("<!-- pause -->")
	}
	if image := c.tagImage(whole, attrs); image != "" {
		c.put(c.pending+image, "")
		c.pending, c.first = "", false
	}
}

func (c *converter) image(alt, dest, width string) string { return c.imageTitled(alt, dest, width, "") }

// imageTitled writes a picture. One from the network becomes a link.
func (c *converter) imageTitled(alt, dest, width, title string) string {
	alt = strings.Join(strings.Fields(strings.NewReplacer("[", "(", "]", ")").Replace(alt)), " ")
	if strings.Contains(dest, "://") || strings.HasPrefix(dest, "//") || strings.HasPrefix(dest, "data:") {
		short := dest[:min(len(dest), 60)]
		if strings.HasPrefix(dest, "data:") {
			c.keep(short, "a picture inside of the text; save it beside the deck")
			return ""
		}
		c.report(c.at.off, len(c.at.text), "a link now: a picture from the network, "+short)
		if alt == "" {
			alt = dest
		}
		return "[" + alt + "](" + dest + ")"
	}
	if c.tool == Slidev {
		switch {
		case strings.HasPrefix(dest, "/"):
			dest = path.Join("public", dest)
		case strings.HasPrefix(dest, "@/"):
			dest = dest[len("@/"):]
		}
	}
	if strings.ContainsAny(dest, " ()") {
		dest = "<" + dest + ">"
	}
	if width != "" {
		alt = strings.TrimSuffix("image:width:"+width+"%, "+alt, ", ")
	}
	if title != "" {
		title = " " + title
	}
	return "![" + alt + "](" + dest + title + ")"
}
