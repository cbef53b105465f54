package slides

import (
	"encoding/binary"
	"fmt"
	"reflect"
)

// Sum gathers what tells one state of parts of a deck from another: whether two are the same is a
// comparison of bytes, or of their hashes. Lengths are in it, so that no two lists of strings look the
// same. Places in the source are left out.
type Sum []byte

// Int takes in numbers.
func (s *Sum) Int(ns ...int) {
	for _, n := range ns {
		s.num(n)
	}
}

func (s *Sum) num(n int) {
	if n >= 0 && n < 0x80 {
		*s = append(*s, byte(n))
		return
	}
	*s = binary.AppendUvarint(*s, uint64(n))
}

// Bool takes in whether something is so.
func (s *Sum) Bool(is ...bool) {
	for _, b := range is {
		n := byte(0)
		if b {
			n = 1
		}
		*s = append(*s, n)
	}
}

// Str takes in strings.
func (s *Sum) Str(ss ...string) {
	for _, t := range ss {
		s.str(t)
	}
}

func (s *Sum) str(t string) {
	s.num(len(t))
	*s = append(*s, t...)
}

// value takes in what v points to.
func (s *Sum) value(v any) {
	switch v := v.(type) {
	case *Align:
		s.Int(int(*v))
	case *bool:
		s.Bool(*v)
	case *byte:
		s.Int(int(*v))
	case *[]int:
		s.Int(len(*v))
		s.Int(*v...)
	case *[]Align:
		s.Int(len(*v))
		for _, a := range *v {
			s.Int(int(a))
		}
	case *[]Frame:
		s.Int(len(*v))
		for _, f := range *v {
			s.Int(f.Step, len(f.Lines))
			for _, r := range f.Lines {
				s.Int(r.From, r.To)
			}
		}
	default: // of a new kind; slower
		s.Str(fmt.Sprint(reflect.ValueOf(v).Elem()))
	}
}
