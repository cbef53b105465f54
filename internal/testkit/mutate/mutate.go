// Package mutate changes values one at a time, for tests that a result depends on all of them. So a
// field that is added to a struct later either affects the result or is listed with a reason.
package mutate

import (
	"fmt"
	"os"
	"reflect"
)

// Value changes a settable value to another one. It reports false if it does not know how.
func Value(v reflect.Value) bool {
	if !v.CanSet() {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.Slice:
		e := reflect.New(v.Type().Elem()).Elem()
		if e.Kind() == reflect.String {
			e.SetString("X=x") // a variable, in case the strings are an environment
		}
		v.Set(reflect.Append(v, e))
	case reflect.Pointer:
		if v.Type() != reflect.TypeFor[*os.File]() {
			return false
		}
		v.Set(reflect.ValueOf(os.Stderr))
	default:
		return false
	}
	return true
}

// Fields changes every field of a struct in turn. For each field, inputs makes the struct anew and
// returns it with a function that computes the result. Fields skips a field whose name TYPE.FIELD is in
// irrelevant, and records the name in used; the reason in irrelevant is for readers. It returns a line
// for each field that does not change the result or cannot be changed.
func Fields(irrelevant map[string]string, used map[string]bool, inputs func() (reflect.Value, func() string)) []string {
	var wrong []string
	first, _ := inputs()
	for i := range first.NumField() {
		name := first.Type().Name() + "." + first.Type().Field(i).Name
		if _, ok := irrelevant[name]; ok {
			used[name] = true
			continue
		}
		v, result := inputs()
		before := result()
		switch {
		case !Value(v.Field(i)):
			wrong = append(wrong, name+" is of a kind that the test cannot change: teach it to, or list why it does not matter")
		case result() == before:
			wrong = append(wrong, name+" changes nothing: let it, or list why it does not matter")
		}
	}
	return wrong
}

// Each changes each value below v in turn, calls check with its path, and restores it. It follows each
// pointer once, unless leave reports true for its type. It also drops the last element of each slice.
func Each(v reflect.Value, path string, leave func(reflect.Type) bool, check func(path string)) {
	each{leave, check, map[any]bool{}}.below(v, path)
}

type each struct {
	leave func(reflect.Type) bool
	check func(path string)
	seen  map[any]bool
}

func (e each) below(v reflect.Value, path string) {
	if e.leave(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !e.seen[v.Interface()] {
			e.seen[v.Interface()] = true
			e.below(v.Elem(), path)
		}
	case reflect.Interface:
		if !v.IsNil() {
			e.below(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				e.below(v.Field(i), path+"."+f.Name)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			e.below(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
		if v.Len() > 0 && v.CanSet() {
			e.change(v, path, func() bool { v.Set(v.Slice(0, v.Len()-1)); return true })
		}
	default:
		if v.CanSet() {
			e.change(v, path, func() bool { return Value(v) })
		}
	}
}

func (e each) change(v reflect.Value, path string, to func() bool) {
	old := reflect.ValueOf(v.Interface())
	if to() {
		e.check(path)
		v.Set(old)
	}
}
