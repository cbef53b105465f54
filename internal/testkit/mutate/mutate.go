// Package mutate changes values one at a time, for tests that something depends on all of them: a
// field that is added to a struct later is then either depended on, or listed with the reason why not.
package mutate

import (
	"fmt"
	"os"
	"reflect"
)

// Value changes a value that can be set, to one that is not equal, and reports whether it knows how.
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
			e.SetString("X=x") // a variable, where the strings are an environment
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

// Fields changes every field of a struct in turn. inputs makes the struct anew for each of them and
// returns it, with a function that says what depends on it. A field of the name TYPE.FIELD that is in
// irrelevant is left out; its reason there is for readers. What is wrong is returned, a line for each
// field that changes nothing or cannot be changed. used is told which names of irrelevant there are.
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

// Each changes each value below v in turn, calls check with where it is, and puts it back. It goes
// through pointers, once through each, but for those that leave holds back, and drops the last
// element of a slice besides changing all.
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
