// Package digest names values by their whole content, so that a name can stand for a value in a
// cache. It hashes the fields of structs by name, and everything of variable length with its length,
// so that no two values look alike. A new field of a struct changes its names without further code.
package digest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"reflect"
	"slices"
	"strings"
)

// Of returns the SHA-256 of a value: strings, booleans, integers, and slices, arrays, structs and maps
// with string keys of such values. For each pointer in v, even a nil one, Of hashes the value that the
// function pointer returns. Any other type is a bug, and Of panics.
func Of(v any, pointer func(any) any) [sha256.Size]byte {
	e := encoder{hash: sha256.New(), pointer: pointer, buf: make([]byte, 0, 2*block)}
	e.value(reflect.ValueOf(v))
	var sum [sha256.Size]byte
	_, _ = e.hash.Write(e.buf)
	e.hash.Sum(sum[:0])
	return sum
}

// block is the number of bytes hashed at a time: most values are small, and each call has a cost.
const block = 512

type encoder struct {
	hash    hash.Hash // of all bytes but those in buf
	pointer func(any) any
	buf     []byte // not hashed yet
}

// number writes a value of fixed size, or the kind and length of any other value.
func (e *encoder) number(kind byte, n uint64) {
	if len(e.buf) > block {
		_, _ = e.hash.Write(e.buf)
		e.buf = e.buf[:0]
	}
	e.buf = binary.LittleEndian.AppendUint64(append(e.buf, kind), n)
}

func (e *encoder) text(s string) {
	e.number('s', uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.text(v.String())
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		e.number('b', n)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.number('i', uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.number('u', v.Uint())
	case reflect.Slice, reflect.Array:
		e.number('l', uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		e.number('m', uint64(len(keys)))
		for _, k := range keys {
			e.value(k)
			e.value(v.MapIndex(k))
		}
	case reflect.Struct:
		e.number('f', uint64(v.NumField()))
		for i := range v.NumField() {
			e.text(v.Type().Field(i).Name)
			e.value(v.Field(i))
		}
	case reflect.Pointer:
		if e.pointer != nil {
			e.number('p', 0)
			e.value(reflect.ValueOf(e.pointer(v.Interface())))
			return
		}
		fallthrough
	default:
		panic(fmt.Sprintf("digest: unexpected %s", v.Kind()))
	}
}
