package slides

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// kinds are all types with parts, but for the slide, which every test here has around them.
func kinds() []any {
	return []any{
		&Title{}, &Heading{}, &Paragraph{}, &List{}, &Item{}, &Table{}, &Row{}, &Quote{}, &Alert{}, &Code{}, &Output{}, &Image{},
		&Columns{}, &Gap{}, &Middle{}, &Rule{}, &Footnote{}, &Problem{}, &Contents{}, &Note{},
		&Text{}, &CodeSpan{}, &Strong{}, &Emph{}, &Strike{}, &Sup{}, &Tagged{}, &Link{}, &Styled{}, &Math{}, &Break{},
	}
}

// TestKinds: the list above is complete.
func TestKinds(t *testing.T) {
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"Move"} // whose parts make copies
	for _, k := range kinds() {
		known = append(known, reflect.TypeOf(k).Elem().Name())
	}
	n := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "parts" {
				continue
			}
			n++
			if name := fn.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name; !slices.Contains(known, name) {
				t.Errorf("%s has parts and is not tested", name)
			}
		}
	}
	if n != len(known) {
		t.Errorf("%d types have parts, of %d", n, len(known))
	}
}

// filled returns a slide with a value of a kind that has something in each of its fields.
func filled(k any, file *File) *Slide {
	v := reflect.New(reflect.TypeOf(k).Elem())
	fill(v.Elem(), file)
	s := &Slide{At: Span{Pos{file, 1}, 2}, Steps: 1}
	switch k := v.Interface().(type) {
	case *Item:
		s.Blocks = []Block{&List{Items: []*Item{k}}}
	case *Row:
		s.Blocks = []Block{&Table{Rows: []Row{*k}}}
	case *Note:
		s.Notes = []Note{*k}
	case Block:
		s.Blocks = []Block{k}
	case Inline:
		s.Blocks = []Block{&Paragraph{Text: []Inline{k}}}
	}
	return s
}

func fill(v reflect.Value, file *File) {
	switch v.Interface().(type) {
	case []Block:
		v.Set(reflect.ValueOf([]Block{&Gap{Base{At: Span{Pos{file, 1}, 2}}, 3}}))
		return
	case []Inline:
		v.Set(reflect.ValueOf([]Inline{&Text{Pos{file, 1}, "x"}}))
		return
	case *File:
		v.Set(reflect.ValueOf(file))
		return
	case Span:
		v.Set(reflect.ValueOf(Span{Pos{file, 1}, 2}))
		return
	case *List:
		v.Set(reflect.ValueOf(&List{Base: Base{At: Span{Pos{file, 1}, 2}}}))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), file)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), file)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), file)
	case reflect.Int, reflect.Uint8:
		v.Set(reflect.ValueOf(1).Convert(v.Type()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("x")
	}
}

// TestEveryFieldIsAPart: whoever goes through a kind of block or inline is told of every field.
func TestEveryFieldIsAPart(t *testing.T) {
	file := &File{Name: "deck.md"}
	for _, k := range kinds() {
		told := map[any]bool{}
		p := &Parts{
			Value: func(_ string, v any) { told[v] = true },
			Pos:   func(p *Pos) { told[p] = true },
			Span:  func(_ string, s *Span) { told[s] = true },
			Own:   func(_ string, s **Snippet) { told[s] = true },
			Ref:   func(_ string, s **Snippet) { told[s] = true },
			File:  func(_ string, f **File) { told[f] = true },
			Diag:  func(d *Diag) { told[d] = true },
			Block: func(b Block) { told[b] = true },
		}
		s := filled(k, file)
		p.Slide(s)
		var check func(v reflect.Value, path string)
		check = func(v reflect.Value, path string) {
			switch {
			case v.CanAddr() && told[v.Addr().Interface()]:
			case v.Type() == reflect.TypeFor[Span](), v.Type() == reflect.TypeFor[*File](), v.Type() == reflect.TypeFor[*Snippet]():
				t.Errorf("%s is no part", path)
			case v.Kind() == reflect.Interface, v.Kind() == reflect.Pointer:
				check(v.Elem(), path)
			case v.Kind() == reflect.Struct:
				for i := range v.NumField() {
					check(v.Field(i), path+"."+v.Type().Field(i).Name)
				}
			case v.Kind() == reflect.Slice && v.Len() > 0:
				for i := range v.Len() {
					check(v.Index(i), path)
				}
			case v.Kind() == reflect.Slice:
			default:
				t.Errorf("%s is no part", path)
			}
		}
		v := inside(reflect.ValueOf(s).Elem(), reflect.TypeOf(k).Elem())
		for i := range v.NumField() {
			check(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	}
}

// TestSum: a sum changes with every value, with the kind and with the length of lists.
func TestSum(t *testing.T) {
	sum := func(s *Slide) string {
		var sum Sum
		p := &Parts{Sum: &sum}
		p.Slide(s)
		return string(sum)
	}
	seen := map[string]string{}
	for _, k := range kinds() {
		s := filled(k, &File{Name: "deck.md"})
		before := sum(s)
		if other, ok := seen[before]; ok {
			t.Errorf("%T has the sum of %s", k, other)
		}
		seen[before] = fmt.Sprintf("%T", k)
		p := &Parts{Value: func(name string, at any) {
			v := reflect.ValueOf(at).Elem()
			old := reflect.ValueOf(v.Interface())
			for _, now := range others(v) {
				v.Set(now)
				if !reflect.DeepEqual(now.Interface(), old.Interface()) && sum(s) == before {
					t.Errorf("%T: %s of %v has the sum of %v", k, name, now, old)
				}
			}
			v.Set(old)
		}}
		p.Slide(s)
	}
}

// others returns some values of the type of v.
func others(v reflect.Value) []reflect.Value {
	out := []reflect.Value{reflect.Zero(v.Type())}
	switch v.Kind() {
	case reflect.Int:
		return append(out, reflect.ValueOf(-1).Convert(v.Type()), reflect.ValueOf(0x81).Convert(v.Type()))
	case reflect.Slice:
		return append(out, reflect.AppendSlice(v, v))
	}
	return out
}

// inside returns the first value of a type in another.
func inside(v reflect.Value, want reflect.Type) reflect.Value {
	if v.Type() == want {
		return v
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return inside(v.Elem(), want)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := inside(v.Field(i), want); f.IsValid() {
				return f
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if f := inside(v.Index(i), want); f.IsValid() {
				return f
			}
		}
	}
	return reflect.Value{}
}

// TestMove: in a copy every place has moved, and nothing else; the original is as it was.
func TestMove(t *testing.T) {
	old, now := &File{Name: "old"}, &File{Name: "now"}
	for _, k := range kinds() {
		s := filled(k, old)
		before := sketch(s)
		m := &Move{From: old, To: now}
		m.Part(7)
		c := m.Slide(s)
		if got := sketch(s); got != before {
			t.Errorf("%T: the original is now\n%s\nand was\n%s", k, got, before)
		}
		moved := strings.NewReplacer("old:1-2", "now:8-9", "old:1", "now:8")
		want := moved.Replace(before)
		if o, ok := append(s.Blocks, nil)[0].(*Output); ok {
			want = strings.Replace(want, moved.Replace(sketchOf(reflect.ValueOf(o.Snippet))), "nil", 1) // link finds it anew
		}
		if got := sketch(c); got != want {
			t.Errorf("%T: the copy is\n%s\nwant\n%s", k, got, want)
		}
	}
}

func sketch(s *Slide) string { return sketchOf(reflect.ValueOf(s)) }

// sketchOf writes all there is in a value.
func sketchOf(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case Span:
		if x.File == nil {
			return "-"
		}
		return fmt.Sprintf("%s:%d-%d", x.File.Name, x.Off, x.End)
	case Pos:
		if x.File == nil {
			return "-"
		}
		return fmt.Sprintf("%s:%d", x.File.Name, x.Off)
	case *File:
		return "file " + x.Name
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return sketchOf(v.Elem())
	case reflect.Struct:
		var b strings.Builder
		b.WriteString(v.Type().Name() + "{")
		for i := range v.NumField() {
			b.WriteString(" " + v.Type().Field(i).Name + "=" + sketchOf(v.Field(i)))
		}
		return b.String() + "}"
	case reflect.Slice:
		out := "["
		for i := range v.Len() {
			out += sketchOf(v.Index(i)) + " "
		}
		return out + "]"
	}
	return fmt.Sprint(v.Interface())
}

// footprint is a kind that nothing but this test knows.
type footprint struct {
	Base
	Depth  int
	Text   []Inline
	Inside []Block
}

func (b *footprint) parts(p *Parts) Block {
	b = own(p, "footprint", b)
	p.base(&b.Base)
	p.value("depth", &b.Depth)
	p.Inlines("text", &b.Text)
	p.Blocks("inside", &b.Inside)
	return b
}

// TestNewKind: what goes through decks takes a kind as its parts describe it.
func TestNewKind(t *testing.T) {
	old, now := &File{Name: "old"}, &File{Name: "now"}
	s := &Slide{Blocks: []Block{&footprint{Base{At: Span{Pos{old, 1}, 2}}, 3, []Inline{&Text{Pos{old, 1}, "words"}}, []Block{&Title{Text: []Inline{&Text{Text: "title"}}}}}}}
	if got := (&Deck{}).TitleOf(s); got != "title" {
		t.Errorf("TitleOf = %q", got)
	}
	m := &Move{From: old, To: now, By: 7}
	c := m.Slide(s).Blocks[0].(*footprint)
	if c.At.Off != 8 || c.Text[0].Pos().Off != 8 || c.Depth != 3 || c.Inside[0] == s.Blocks[0].(*footprint).Inside[0] {
		t.Errorf("the copy is %+v", c)
	}
}
