package slides

import (
	"encoding/binary"
	"fmt"
	"reflect"
)

// Sum gathers data that tells two states of a deck's parts apart; comparing two states is comparing
// bytes, or hashes of them. It includes lengths, so that no two lists of strings look the same. It
// leaves out places in the source.
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

// Bool takes in truth values.
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

// value takes in the value that v points to.
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
	default: // a new type; slower
		s.Str(fmt.Sprint(reflect.ValueOf(v).Elem()))
	}
}
