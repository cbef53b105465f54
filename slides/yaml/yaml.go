// Package yaml reads YAML into values with their places in a file, so that mistakes in them can be
// shown to the author. It refuses aliases, merge keys and several documents.
package yaml

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	goyaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/slidexec/slidexec/slides"
)

// Text is YAML in lines of its own within a file. In the file a line ends at LF, CRLF or a lone CR,
// as in YAML; in Text it ends at LF.
type Text struct {
	Text  string
	File  *slides.File
	Lines []int // where each line of Text begins in the file
	End   int   // end of the last line in the file; every value's place is before it

	columns columns
}

// Kind is the type of a Value, as messages call it.
type Kind string

// Kinds.
const (
	Null   Kind = "nothing"
	String Kind = "text"
	Int    Kind = "a number"
	Float  Kind = "a fraction"
	Bool   Kind = "true or false"
	List   Kind = "a list"
	Map    Kind = "a mapping"
)

// Value is a YAML value with its place.
type Value struct {
	Kind   Kind
	Text   string // of scalars, as YAML reads it
	Items  []Value
	Fields []Field
	At     slides.Span
	Source string // of a mapping
}

// Field is an entry of a mapping.
type Field struct {
	Key   string
	At    slides.Span
	Value Value
}

// Error is a mistake in YAML, with its place.
type Error struct {
	At  slides.Span
	Msg string
}

func (e *Error) Error() string { return e.Msg }

// These bounds keep a hostile deck from wasting time in the YAML parser, which is quadratic in the
// entries of a mapping and in the nesting.
const (
	maxYAML    = 256 << 10 // bytes
	maxLines   = 10_000
	maxNesting = 64
)

var errLimits = fmt.Sprintf("too long or too deeply nested: there may be %d KiB, %d lines and %d levels",
	maxYAML>>10, maxLines, maxNesting)

// breaks turns every line ending into LF.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Cut takes src[from:to] of a file.
func Cut(file *slides.File, from, to int) Text {
	y := Text{File: file, Lines: []int{from}, End: to}
	raw := file.Src[from:to]
	for i, c := range raw {
		if c == '\n' || c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n') {
			y.Lines = append(y.Lines, from+i+1)
		}
	}
	y.Text = breaks.Replace(string(raw))
	return y
}

// far is the distance in characters between noted places of a line: a list of thousands may stand
// on one line, and finding each place in it must not take the whole way from its beginning.
const far = 256

// columns are offsets of the characters 1, far+1, 2*far+1 … of lines.
type columns map[int][]int

// of returns the offsets of the line that begins at an offset.
func (c columns) of(src []byte, begin int) []int {
	if marks, ok := c[begin]; ok {
		return marks
	}
	var marks []int
	for off, n := begin, 0; off < len(src) && src[off] != '\n' && src[off] != '\r'; n++ {
		if n%far == 0 {
			marks = append(marks, off)
		}
		_, size := utf8.DecodeRune(src[off:])
		off += size
	}
	c[begin] = marks
	return marks
}

// pos translates a place from the YAML parser: 1-based, columns in characters.
func (y Text) pos(line, col int) slides.Pos {
	line = min(max(line, 1), len(y.Lines))
	off, src := y.Lines[line-1], y.File.Src
	if col > far && y.columns != nil {
		if marks := y.columns.of(src, off); len(marks) > 0 {
			n := min((col-1)/far, len(marks)-1)
			off, col = marks[n], col-n*far
		}
	}
	for ; col > 1 && off < len(src) && src[off] != '\n' && src[off] != '\r'; col-- {
		_, n := utf8.DecodeRune(src[off:])
		off += n
	}
	return slides.Pos{File: y.File, Off: min(off, y.End)}
}

func (y Text) span(t *token.Token) slides.Span {
	if t == nil || t.Position == nil {
		pos := y.pos(1, 1)
		return slides.Span{Pos: pos, End: min(pos.Off+1, y.End)}
	}
	pos := y.pos(t.Position.Line, t.Position.Column)
	text, _, _ := strings.Cut(strings.Trim(t.Origin, " \t\r\n"), "\n")
	return slides.Span{Pos: pos, End: min(pos.Off+max(len(text), 1), y.End)}
}

// Parse returns the one value of the text.
func (y Text) Parse() (v Value, err error) {
	if len(y.Text) > maxYAML || len(y.Lines) > maxLines || nesting(y.Text) > maxNesting {
		return v, &Error{y.span(nil), errLimits}
	}
	// The parser is known to index out of range on some malformed input; we report that as a syntax
	// error.
	defer func() {
		if r := recover(); r != nil {
			err = &Error{y.span(nil), "malformed YAML"}
		}
	}()
	y.columns = columns{}
	file, err := parser.ParseBytes([]byte(y.Text), 0)
	if err != nil {
		var syntax goyaml.Error
		if errors.As(err, &syntax) {
			return v, &Error{y.span(syntax.GetToken()), syntax.GetMessage()}
		}
		return v, &Error{y.span(nil), "malformed YAML"}
	}
	if len(file.Docs) > 1 {
		return v, &Error{y.span(file.Docs[1].Start), "more than one YAML document"}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return Value{Kind: Null, At: y.span(nil)}, nil
	}
	return y.value(file.Docs[0].Body)
}

// nesting returns at least the depth of nested brackets, dashes and indented lines.
func nesting(text string) int {
	depth, most, dashes := 0, 0, 0
	var indents []int // of the lines around the present one
	for line := range strings.Lines(text) {
		at := len(line) - len(strings.TrimLeft(line, " "))
		for len(indents) > 0 && indents[len(indents)-1] >= at {
			indents = indents[:len(indents)-1]
		}
		if line[at:] != "\n" && line[at:] != "" {
			indents = append(indents, at)
		}
		most = max(most, len(indents))
	}
	for i := range len(text) {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '\n':
			dashes = 0
		case '-', '?', ':':
			if i+1 < len(text) && text[i+1] == ' ' {
				dashes++
			}
		}
		most = max(most, depth, dashes)
	}
	return most
}

func (y Text) value(n ast.Node) (Value, error) {
	v := Value{At: y.span(n.GetToken()), Text: n.GetToken().Value}
	switch n := n.(type) {
	case *ast.NullNode:
		v.Kind, v.Text = Null, ""
	case *ast.StringNode:
		v.Kind, v.Text = String, n.Value
	case *ast.LiteralNode:
		v.Kind, v.Text = String, n.Value.Value
	case *ast.IntegerNode:
		v.Kind = Int
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		v.Kind = Float
	case *ast.BoolNode:
		v.Kind = Bool
	case *ast.SequenceNode:
		return y.sequence(v, n)
	case *ast.MappingNode:
		return y.mapping(v, n.Values, n)
	case *ast.MappingValueNode:
		return y.mapping(v, []*ast.MappingValueNode{n}, n)
	case *ast.AnchorNode:
		return y.value(n.Value)
	case *ast.TagNode:
		return y.value(n.Value)
	default:
		return v, &Error{v.At, "aliases and the like are not supported"}
	}
	return v, nil
}

func (y Text) sequence(v Value, n *ast.SequenceNode) (Value, error) {
	v.Kind = List
	for _, item := range n.Values {
		it, err := y.value(item)
		if err != nil {
			return v, err
		}
		v.Items = append(v.Items, it)
	}
	return v, nil
}

func (y Text) mapping(v Value, entries []*ast.MappingValueNode, n ast.Node) (Value, error) {
	v.Kind, v.Source = Map, n.String()
	known := make(map[string]bool, len(entries))
	for _, e := range entries {
		key := e.Key.GetToken()
		f := Field{Key: key.Value, At: y.span(key)}
		if _, ok := e.Key.(*ast.MergeKeyNode); ok || e.Value == nil {
			return v, &Error{f.At, "merge keys are not supported"}
		}
		if known[f.Key] {
			return v, &Error{f.At, fmt.Sprintf("duplicate key %q", f.Key)}
		}
		known[f.Key] = true
		var err error
		if f.Value, err = y.value(e.Value); err != nil {
			return v, err
		}
		v.Fields = append(v.Fields, f)
	}
	if len(entries) > 0 {
		v.At = v.Fields[0].At
	}
	return v, nil
}

// Field returns the entry with the given key, or nil.
func (v Value) Field(key string) *Field {
	for i := range v.Fields {
		if v.Fields[i].Key == key {
			return &v.Fields[i]
		}
	}
	return nil
}

// Int returns a whole number between lo and hi.
func (v Value) Int(lo, hi int) (int, error) {
	if v.Kind != Int {
		return 0, fmt.Errorf("want a number, got %s", v.Describe())
	}
	text, base := strings.ReplaceAll(v.Text, "_", ""), 10
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0b") {
		base = 0
	}
	n, err := strconv.ParseInt(text, base, 64)
	if err != nil || n < int64(lo) || n > int64(hi) {
		return 0, fmt.Errorf("want a number from %d to %d, got %s", lo, hi, v.Text)
	}
	return int(n), nil
}

// Bool returns true or false.
func (v Value) Bool() (bool, error) {
	if v.Kind != Bool {
		return false, fmt.Errorf("want true or false, got %s", v.Describe())
	}
	return strings.EqualFold(v.Text, "true"), nil
}

// Scalar returns the text of any scalar.
func (v Value) Scalar() (string, error) {
	if v.Kind == List || v.Kind == Map || v.Kind == Null {
		return "", fmt.Errorf("want text, got %s", v.Describe())
	}
	return v.Text, nil
}

// Describe describes the value for messages.
func (v Value) Describe() string {
	if v.Kind == String || v.Kind == Float {
		return strconv.Quote(v.Text)
	}
	return string(v.Kind)
}
