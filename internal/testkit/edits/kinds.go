package edits

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
)

// kind is a kind of edit.
type kind struct {
	name   string
	weight int
	do     func(*hand) string // returns a description of the edit; "" if it did nothing
}

// all is the table of kinds.
var all = []kind{
	{"text", 10, (*hand).insert},
	{"delete", 4, (*hand).delete},
	{"line", 4, (*hand).line},
	{"slide", 3, (*hand).slide},
	{"attribute", 6, (*hand).attribute},
	{"ids", 3, (*hand).swapIDs},
	{"move", 2, (*hand).moveSnippet},
	{"front", 3, (*hand).front},
	{"endings", 2, (*hand).endings},
	{"settings", 3, (*hand).settings},
	{"data", 4, (*hand).data},
	{"rename", 2, (*hand).rename},
	{"remove", 1, (*hand).remove},
	{"undo", 3, (*hand).undo},
}

func kinds(want func(string) bool) []kind {
	return slices.DeleteFunc(slices.Clone(all), func(k kind) bool { return want != nil && !want(k.name) })
}

// hand edits a folder.
type hand struct {
	*rand.Rand
	f Folder
}

// do makes one edit and describes it.
func do(f Folder, seed uint64, kinds []kind) string {
	h := &hand{rand.New(rand.NewPCG(seed, 2)), f}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	n := h.IntN(total)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			if did := k.do(h); did != "" {
				return k.name + ": " + did
			}
			return k.name + ": nothing to do"
		}
	}
	return ""
}

func pick[T any](h *hand, list []T) T { return list[h.IntN(len(list))] }

// text returns the name of a Markdown file, most often the deck.
func (h *hand) text() string {
	var names []string
	for _, p := range slices.Sorted(maps.Keys(h.f)) {
		if path.Ext(p) == ".md" && p != Deck {
			names = append(names, p)
		}
	}
	if len(names) == 0 || h.IntN(4) > 0 {
		return Deck
	}
	return pick(h, names)
}

// fragments are texts that change the meaning of the text around them.
var fragments = []string{
	"\n<!-- end_slide -->\n", "```\n", "```bash +exec +id:a\necho 1\n```\n", "<!-- snippet_output: a -->\n", "<!--", "-->",
	"\n---\n", "Title\n===\n", "* item\n", "> quote\n", ">>>\n", "text", "\n", "[a]: http://x\n", "[a]", "[^1]", "[^1]: note\n",
	"<!-- pause -->\n", "<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\n", "<!-- reset_layout -->\n", "<!-- skip_slide -->\n", "<!-- contents -->\n",
	"| a | b |\n|---|---|\n", "<pre>\n", "</pre>\n", "    ", "\t", "<!-- include: parts/one.md -->\n", "<!-- include: parts/two.md -->\n",
	"![](pic.png)\n", "\r\n", "\x00", "# H\n", "\r", "`", "```python +exec\nprint(2)\n```\n", "```bash +exec_replace +env:vars.env\necho $A\n```\n",
	"```file +exec +id:b\npath: prog.sh\nlanguage: bash\n```\n", "```bash +exec +id:b\ncat data.csv\n```\n", "<!-- snippet_output: b -->\n",
	"> ```bash\n> <!-- pause -->\n", "```bash +acquire_terminal\necho t\n```\n", "```mermaid +render\ngraph TD\n```\n", "<!-- speaker_note: note -->\n", "<!-- jump_to_middle -->\n", "<!-- font_size: 2 -->\n",
	"[to](#2)", "*e*", "é", "<span style=\"color: red\">r</span>", "<!-- no_footer -->\n", "<!-- /* -->", "1. one\n",
}

// insert inserts a fragment, or replaces a few bytes by it.
func (h *hand) insert() string {
	name := h.text()
	src := h.f[name]
	from := h.IntN(len(src) + 1)
	to := min(len(src), from+h.IntN(4)*h.IntN(40))
	if h.IntN(2) == 0 { // at the beginning of a line
		from = bytes.LastIndexByte(src[:from], '\n') + 1
	}
	to = max(from, to)
	if h.IntN(2) == 0 {
		to = from
	}
	text := pick(h, fragments)
	if h.IntN(8) == 0 {
		text = fmt.Sprintf("w%d ", h.IntN(1000))
	}
	h.f[name] = slices.Concat(src[:from], []byte(text), src[to:])
	return fmt.Sprintf("%s: %q in place of %q at %d", name, text, src[from:to], from)
}

// delete removes some bytes.
func (h *hand) delete() string {
	name := h.text()
	src := h.f[name]
	if len(src) == 0 {
		return ""
	}
	from := h.IntN(len(src))
	to := min(len(src), from+1+h.IntN(4)*h.IntN(60))
	h.f[name] = slices.Concat(src[:from], src[to:])
	return fmt.Sprintf("%s: %q at %d is gone", name, src[from:to], from)
}

// line removes a line, moves it or doubles it.
func (h *hand) line() string {
	name := h.text()
	lines := slices.Collect(bytes.Lines(h.f[name]))
	if len(lines) < 2 {
		return ""
	}
	i, j := h.IntN(len(lines)), h.IntN(len(lines))
	line := lines[i]
	if h.IntN(3) > 0 {
		lines = slices.Delete(lines, i, i+1)
		j = min(j, len(lines))
	}
	if h.IntN(3) > 0 {
		lines = slices.Insert(lines, j, line)
	}
	h.f[name] = bytes.Join(lines, nil)
	return fmt.Sprintf("%s: line %d %q to %d, if it is there still", name, i+1, line, j+1)
}

var slideEnd = regexp.MustCompile(`<!-- end_slide -->\r?\n`)

// slide removes a slide, moves it or doubles it.
func (h *hand) slide() string {
	src := h.f[Deck]
	var cuts []int
	for _, at := range slideEnd.FindAllIndex(src, -1) {
		cuts = append(cuts, at[1])
	}
	if len(cuts) < 3 {
		return ""
	}
	i := h.IntN(len(cuts) - 1)
	from, to := cuts[i], cuts[i+1]
	slide, rest := src[from:to], src
	if h.IntN(3) > 0 {
		rest = slices.Concat(src[:from], src[to:])
	}
	if h.IntN(3) > 0 {
		at := cuts[h.IntN(i+1)]
		rest = slices.Concat(rest[:at], slide, rest[at:])
	}
	h.f[Deck] = rest
	return fmt.Sprintf("%s: slide at %d", Deck, from)
}

// attributes are words after the language of a fence.
var attributes = []string{
	"+exec", "+exec_replace", "+auto_exec", "+expect:failure", "+expect:success", "+id:a", "+id:b", "+id:c", "+line_numbers",
	"+no_background", "+env:vars.env", "+image", "+width:50%", "{1|2}", "+validate", "+pty", "+exec:bash", "+hide", "+acquire_terminal",
}

var fenceLine = regexp.MustCompile("(?m)^[ >]*```[a-z]+[^\r\n]*")

// attribute adds or removes one.
func (h *hand) attribute() string {
	name := h.text()
	src := h.f[name]
	at := fenceLine.FindAllIndex(src, -1)
	if len(at) == 0 {
		return ""
	}
	span := pick(h, at)
	words := strings.Split(string(src[span[0]:span[1]]), " ")
	if len(words) > 1 && h.IntN(2) == 0 {
		i := 1 + h.IntN(len(words)-1)
		words = slices.Delete(words, i, i+1)
	} else {
		words = append(words, pick(h, attributes))
	}
	now := strings.Join(words, " ")
	h.f[name] = slices.Concat(src[:span[0]], []byte(now), src[span[1]:])
	return fmt.Sprintf("%s: %q becomes %q", name, src[span[0]:span[1]], now)
}

var idWord = regexp.MustCompile(`\+id:[a-z]+`)

// swapIDs swaps the ids of two programs.
func (h *hand) swapIDs() string {
	name := h.text()
	src := h.f[name]
	at := idWord.FindAllIndex(src, -1)
	if len(at) < 2 {
		return ""
	}
	i := h.IntN(len(at) - 1)
	a, b := at[i], at[i+1]
	h.f[name] = slices.Concat(src[:a[0]], src[b[0]:b[1]], src[a[1]:b[0]], src[a[0]:a[1]], src[b[1]:])
	return fmt.Sprintf("%s: %s and %s change places", name, src[a[0]:a[1]], src[b[0]:b[1]])
}

var block = regexp.MustCompile("(?ms)^```[a-z]+[^\n]*\n.*?^```\r?\n")

// moveSnippet moves a block from one Markdown file to another.
func (h *hand) moveSnippet() string {
	from, to := h.text(), pick(h, []string{"parts/one.md", "parts/two.md", Deck})
	src, other := h.f[from], h.f[to]
	at := block.FindAllIndex(src, -1)
	if len(at) == 0 || from == to || other == nil {
		return ""
	}
	span := pick(h, at)
	h.f[from] = slices.Concat(src[:span[0]], src[span[1]:])
	h.f[to] = slices.Concat(other, []byte("\n"), src[span[0]:span[1]])
	return fmt.Sprintf("%q moves from %s to %s", src[span[0]:span[1]], from, to)
}

// fronts are lines of front matter.
var fronts = []string{
	"title: One", "title: Two", "sub_title: s", "author: A", "authors: [A, B]", "lang: en", "lang: he", "lang: ar", "date: today", "event: E",
	"location: L", "theme:\n  name: dark", "theme:\n  name: light", "options:\n  implicit_slide_ends: true", "options:\n  end_slide_shorthand: true",
	"options:\n  incremental_lists: true", "options:\n  h1_slide_titles: true", "options:\n  command_prefix: \"cmd:\"", "odd: x", "title: [", "title:\r x",
	"theme:\n  override:\n    footer: {style: template, left: \"**{current_slide}** of {total_slides}\", right: \"{title}\"}",
	"theme:\n  override:\n    palette: {classes: {hot: {foreground: red}}}\n    slide_title: {alignment: center, prefix: \"!\"}",
}

var frontMatter = regexp.MustCompile(`(?s)\A---\r?\n.*?\n---\r?\n`)

// front gives the deck another front matter, or none.
func (h *hand) front() string {
	src := frontMatter.ReplaceAll(h.f[Deck], nil)
	text := ""
	if h.IntN(4) > 0 {
		seen := map[string]bool{}
		text = "---\n"
		for range 1 + h.IntN(4) {
			line := pick(h, fronts)
			if key, _, _ := strings.Cut(line, ":"); !seen[key] {
				seen[key] = true
				text += line + "\n"
			}
		}
		text += "---\n"
	}
	h.f[Deck] = slices.Concat([]byte(text), src)
	return fmt.Sprintf("front matter %q", text)
}

// endings changes the line endings of a file, or of one of its lines.
func (h *hand) endings() string {
	name := h.text()
	src := bytes.ReplaceAll(h.f[name], []byte("\r\n"), []byte("\n"))
	switch h.IntN(4) {
	case 0:
		h.f[name] = src
		return name + ": LF"
	case 1, 2:
		h.f[name] = bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
		return name + ": CRLF"
	}
	at := bytes.IndexByte(src[h.IntN(len(src)+1):], '\n')
	if at < 0 {
		return ""
	}
	h.f[name] = slices.Concat(src[:at], []byte{'\r'}, src[min(at+1, len(src)):])
	return fmt.Sprintf("%s: a CR at %d", name, at)
}

// settings are texts of slidexec.yaml.
var settings = []string{
	"timeout: 5s\n", "timeout: 6s\n", "timeout: 5s\nsnippets:\n  a:\n    timeout: 2s\n", "snippets:\n  b:\n    memory: 64M\n",
	"snippets:\n  a:\n    timeout: 2s\n  b:\n    timeout: 3s\n", "snippets:\n  a:\n    timeout: 2s\n  b:\n    timeout: 3s\n# remark\n",
	"snippets:\n  nobody:\n    timeout: 2s\n", "timeout: x\n", "memory: 256M\n", "",
}

// settings writes slidexec.yaml, or removes it.
func (h *hand) settings() string {
	const name = "slidexec.yaml"
	if h.IntN(4) == 0 {
		delete(h.f, name)
		return "no " + name
	}
	h.f[name] = []byte(pick(h, settings))
	return fmt.Sprintf("%s: %q", name, h.f[name])
}

// data holds contents of files that programs, pictures and blocks use.
var data = []struct {
	name     string
	contents []string
}{
	{"data.csv", []string{"1,2\n", "3,4\n", "", "5\n6\n"}},
	{"sub/data.txt", []string{"x\n", "y\n"}},
	{"vars.env", []string{"A=1\n", "A=2\nB=x\n", "A=1 B=2\n", "A=1\nB=2\n", "# none\n", "bad line\n"}},
	{"prog.sh", []string{"echo one\n", "echo two\ncat data.csv\n", "", "echo\r\n"}},
	{"pic.png", []string{png(0), png(1), "no picture", ""}},
	{"parts/one.md", []string{"one\n", "```bash +exec +id:c\necho c\n```\n", "* x\n\n<!-- end_slide -->\n\nmore\n", "<!-- include: two.md -->\n"}},
	{"parts/two.md", []string{"two\n", "```bash +exec\necho 1\n```\n\n<!-- snippet_output: a -->\n", ""}},
}

// data writes one of those files.
func (h *hand) data() string {
	d := pick(h, data)
	h.f[d.name] = []byte(pick(h, d.contents))
	return fmt.Sprintf("%s: %q", d.name, h.f[d.name])
}

// png returns a picture of one pixel.
func png(shade byte) string {
	return "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00" + string(rune(shade))
}

// rename gives a file the name of another one. The other file is replaced or gets the first one's name.
func (h *hand) rename() string {
	a, b := pick(h, data).name, pick(h, data).name
	if h.f[a] == nil || a == b {
		return ""
	}
	was := h.f[b]
	h.f[b] = h.f[a]
	if was != nil && h.IntN(2) == 0 {
		h.f[a] = was
		return a + " and " + b + " change names"
	}
	delete(h.f, a)
	return a + " becomes " + b
}

// remove removes a file.
func (h *hand) remove() string {
	name := pick(h, data).name
	if h.f[name] == nil {
		return ""
	}
	delete(h.f, name)
	return name
}

// undo restores the first content of a file.
func (h *hand) undo() string {
	begin := Begin(nil)
	name := pick(h, slices.Sorted(maps.Keys(begin)))
	if bytes.Equal(h.f[name], begin[name]) {
		name = Deck
	}
	h.f[name] = begin[name]
	return name + " as it began"
}

// Begin returns a folder with a deck that uses every feature.
func Begin(*rand.Rand) Folder {
	f := Folder{
		Deck: []byte(strings.ReplaceAll(deckText, "''", "```")), "slidexec.yaml": []byte("timeout: 5s\nsnippets:\n  a:\n    timeout: 2s\n"),
	}
	for _, d := range data {
		f[d.name] = []byte(d.contents[0])
	}
	return f
}

const deckText = `---
title: Talk
author: A
---

First
=====

Some *text*.

''bash +exec +id:a
echo 1
''

<!-- snippet_output: a -->

<!-- end_slide -->

* one
* two
  * three

''bash +exec +id:b +expect:failure
cat data.csv
exit 3
''

<!-- end_slide -->

<!-- include: parts/one.md -->

<!-- end_slide -->

Pictures
========

![](pic.png)

''file +exec
path: prog.sh
language: bash
''

<!-- end_slide -->

<!-- column_layout: [1, 2] -->
<!-- column: 0 -->

''bash +exec_replace +env:vars.env
echo $A
''

<!-- column: 1 -->

| a | b |
|---|---|
| 1 | 2 |

<!-- reset_layout -->
<!-- pause -->

> quote

''bash +acquire_terminal
echo t
''

''mermaid +render
graph TD
''

<!-- end_slide -->

''bash +exec
cat sub/data.txt
''

''bash +exec
echo 1
''

<!-- snippet_output: b -->

<!-- end_slide -->

<!-- include: parts/two.md -->
<!-- speaker_note: end -->
`
