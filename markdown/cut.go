package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides/yaml"
)

// In YAML, a # behind white space begins a comment, even in the middle of a title. People who write "Talk #1 in C#" do
// not think of that.

// proseKeys are the keys of the front matter, and of a footer in it, whose values are text for people.
var proseKeys = []string{"title", "sub_title", "event", "location", "date", "author", "authors", "description",
	"left", "center", "right"}

// warnCuts warns of each text below a key of the front matter that YAML reads only a part of.
func (b *builder) warnCuts(f yaml.Field) {
	for _, inner := range f.Value.Fields {
		b.warnCuts(inner)
	}
	if !slices.Contains(proseKeys, f.Key) {
		return
	}
	for _, it := range f.Value.Items {
		b.warnCutText("- ", it.Text, it.At.Off)
	}
	switch f.Value.Kind {
	case yaml.List, yaml.Map:
	case yaml.Null: // the text may begin with #
		from := f.At.End
		if i := bytes.IndexByte(b.src.file.Src[from:b.src.front[1]], ':'); i >= 0 {
			from += i + 1
		}
		b.warnCutText(f.Key+": ", "", from)
	default:
		b.warnCutText(f.Key+": ", f.Value.Text, f.Value.At.Off)
	}
}

// warnCutText warns if a comment follows a text that begins at an offset. The comment may also stand on a later line of
// the text. Text in quotes is not what the file has there, so it has no such comment.
func (b *builder) warnCutText(key, read string, at int) {
	front := b.src.file.Src[:b.src.front[1]]
	read = strings.Join(strings.Fields(read), " ")
	for from := at; from < len(front); {
		line, _, _ := bytes.Cut(front[from:], []byte{'\n'})
		if i := commentStart(line); i >= 0 {
			line = bytes.TrimRight(line, " \t\r")
			own := from > at && len(bytes.TrimSpace(line[:i])) == 0
			if !own && strings.Join(strings.Fields(string(front[at:from+i])), " ") == read {
				whole := strings.Join(strings.Fields(string(front[at:from+len(line)])), " ")
				b.warn(b.span(from+i, from+len(line)), "YAML leaves out this text: # begins a comment",
					fmt.Sprintf("quote the text: %s%q; or put the comment on a line of its own", key, whole))
			}
			return
		}
		if from += len(line) + 1; len(front[at:min(from, len(front))]) > len(read)+maxCutSpace {
			return
		}
	}
}

// maxCutSpace is the white space that a text with a comment may have more than YAML reads.
const maxCutSpace = 200

// commentStart returns where a YAML comment begins in a line without quotes; -1 if none does.
func commentStart(line []byte) int {
	for i, c := range line {
		if c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return -1
}
