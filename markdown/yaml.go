package markdown

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/slidexec/slidexec/slides"
)

// yamlText is YAML that stands somewhere in a file, in lines of its own.
type yamlText struct {
	text  string
	file  *slides.File
	lines []int // where each line of text begins in the file
}

// valueKind is the type of a YAML value.
type valueKind string

const (
	nullValue  valueKind = "nothing"
	textValue  valueKind = "text"
	intValue   valueKind = "a number"
	floatValue valueKind = "a fraction"
	boolValue  valueKind = "true or false"
	listValue  valueKind = "a list"
	mapValue   valueKind = "a mapping"
)

// value is a YAML value with its place.
type value struct {
	kind   valueKind
	text   string // of scalars, as YAML has it
	items  []value
	fields []field
	at     slides.Span
	yaml   string // source of a mapping
}

// field is an entry of a mapping.
type field struct {
	key   string
	at    slides.Span
	value value
}

// yamlError is what is wrong with YAML, and where.
type yamlError struct {
	at  slides.Span
	msg string
}

func (e *yamlError) Error() string { return e.msg }

// maxYAML and maxNesting keep a hostile deck from using the YAML parser's time; it is quadratic in
// the nesting.
const (
	maxYAML    = 256 << 10 // bytes
	maxNesting = 64
)

// newYAML takes src[from:to] of a file.
func newYAML(file *slides.File, from, to int) yamlText {
	y := yamlText{file: file, lines: []int{from}}
	raw := file.Src[from:to]
	for i, c := range raw {
		if c == '\n' {
			y.lines = append(y.lines, from+i+1)
		}
	}
	y.text = strings.ReplaceAll(string(raw), "\r\n", "\n")
	return y
}

// pos translates a place as the YAML parser counts: 1-based, columns in characters.
func (y yamlText) pos(line, col int) slides.Pos {
	line = min(max(line, 1), len(y.lines))
	off, src := y.lines[line-1], y.file.Src
	for ; col > 1 && off < len(src) && src[off] != '\n' && src[off] != '\r'; col-- {
		_, n := utf8.DecodeRune(src[off:])
		off += n
	}
	return slides.Pos{File: y.file, Off: off}
}

func (y yamlText) span(t *token.Token) slides.Span {
	if t == nil || t.Position == nil {
		return slides.Span{Pos: y.pos(1, 1), End: y.pos(1, 1).Off + 1}
	}
	pos := y.pos(t.Position.Line, t.Position.Column)
	text, _, _ := strings.Cut(strings.Trim(t.Origin, " \t\r\n"), "\n")
	return slides.Span{Pos: pos, End: min(pos.Off+max(len(text), 1), max(len(y.file.Src), pos.Off))}
}

// parse returns the one value that the text holds.
func (y yamlText) parse() (v value, err error) {
	if len(y.text) > maxYAML || nesting(y.text) > maxNesting {
		return v, &yamlError{y.span(nil), "too long or too deeply nested"}
	}
	// The parser is known to index out of range on some malformed input; that is a syntax error here.
	defer func() {
		if r := recover(); r != nil {
			err = &yamlError{y.span(nil), "malformed YAML"}
		}
	}()
	file, err := parser.ParseBytes([]byte(y.text), 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			return v, &yamlError{y.span(syntax.GetToken()), syntax.GetMessage()}
		}
		return v, &yamlError{y.span(nil), "malformed YAML"}
	}
	if len(file.Docs) > 1 {
		return v, &yamlError{y.span(file.Docs[1].Start), "more than one YAML document"}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return value{kind: nullValue, at: y.span(nil)}, nil
	}
	return y.value(file.Docs[0].Body)
}

// nesting bounds how deep brackets and dashes may nest.
func nesting(text string) int {
	depth, most, dashes := 0, 0, 0
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

func (y yamlText) value(n ast.Node) (value, error) {
	v := value{at: y.span(n.GetToken()), text: n.GetToken().Value}
	switch n := n.(type) {
	case *ast.NullNode:
		v.kind, v.text = nullValue, ""
	case *ast.StringNode:
		v.kind, v.text = textValue, n.Value
	case *ast.LiteralNode:
		v.kind, v.text = textValue, n.Value.Value
	case *ast.IntegerNode:
		v.kind = intValue
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		v.kind = floatValue
	case *ast.BoolNode:
		v.kind = boolValue
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
		return v, &yamlError{v.at, "aliases and the like are not supported"}
	}
	return v, nil
}

func (y yamlText) sequence(v value, n *ast.SequenceNode) (value, error) {
	v.kind = listValue
	for _, item := range n.Values {
		it, err := y.value(item)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, it)
	}
	return v, nil
}

func (y yamlText) mapping(v value, entries []*ast.MappingValueNode, n ast.Node) (value, error) {
	v.kind, v.yaml = mapValue, n.String()
	for _, e := range entries {
		key := e.Key.GetToken()
		f := field{key: key.Value, at: y.span(key)}
		if _, ok := e.Key.(*ast.MergeKeyNode); ok || e.Value == nil {
			return v, &yamlError{f.at, "merge keys are not supported"}
		}
		if v.field(f.key) != nil {
			return v, &yamlError{f.at, fmt.Sprintf("duplicate key %q", f.key)}
		}
		var err error
		if f.value, err = y.value(e.Value); err != nil {
			return v, err
		}
		v.fields = append(v.fields, f)
	}
	if len(entries) > 0 {
		v.at = v.fields[0].at
	}
	return v, nil
}

// field returns the entry with the given key, or nil.
func (v value) field(key string) *field {
	for i := range v.fields {
		if v.fields[i].key == key {
			return &v.fields[i]
		}
	}
	return nil
}

// int returns a whole number between lo and hi.
func (v value) int(lo, hi int) (int, error) {
	if v.kind != intValue {
		return 0, fmt.Errorf("want a number, got %s", v.describe())
	}
	text, base := strings.ReplaceAll(v.text, "_", ""), 10
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0b") {
		base = 0
	}
	n, err := strconv.ParseInt(text, base, 64)
	if err != nil || n < int64(lo) || n > int64(hi) {
		return 0, fmt.Errorf("want a number from %d to %d, got %s", lo, hi, v.text)
	}
	return int(n), nil
}

func (v value) bool() (bool, error) {
	if v.kind != boolValue {
		return false, fmt.Errorf("want true or false, got %s", v.describe())
	}
	return strings.EqualFold(v.text, "true"), nil
}

// string returns the text of any scalar.
func (v value) string() (string, error) {
	if v.kind == listValue || v.kind == mapValue || v.kind == nullValue {
		return "", fmt.Errorf("want text, got %s", v.describe())
	}
	return v.text, nil
}

func (v value) describe() string {
	if v.kind == textValue || v.kind == floatValue {
		return strconv.Quote(v.text)
	}
	return string(v.kind)
}
