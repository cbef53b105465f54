package digest

import (
	"fmt"
	"testing"
)

// Values that print alike are not alike.
func TestUnambiguous(t *testing.T) {
	type two struct{ A, B string }
	one := "one"
	seen := map[[32]byte]any{}
	for _, v := range []any{
		"", "a", "a b", []string{"a", "b"}, []string{"a b"}, []string{"a", "b", ""}, []string{}, []string{""}, []string{"[a", "b]"},
		two{"a", "bc"}, two{"ab", "c"}, two{"", "abc"}, [][]string{{"a"}, {"b"}}, [][]string{{"a", "b"}}, [][]string{{}, {"a", "b"}},
		1, "1", uint8(1), true, false, 0, map[string]string{"a": "b"}, map[string]string{"a": "b", "b": ""}, []byte("a"),
		"s\x00\x00\x00\x00\x00\x00\x00\x00", struct{ A string }{"a"}, struct{ B string }{"a"}, &one, (*string)(nil),
	} {
		sum := Of(v, func(p any) any { return fmt.Sprint(p.(*string) != nil) })
		if other, ok := seen[sum]; ok {
			t.Errorf("%#v and %#v have the same name", v, other)
		}
		seen[sum] = v
	}
}

// The order in which a map is gone through is another each time.
func TestMapsHaveOneName(t *testing.T) {
	m := map[string]int{}
	for i := range 20 {
		m[fmt.Sprint(i)] = i
	}
	first := Of(m, nil)
	for range 20 {
		if Of(m, nil) != first {
			t.Fatal("one map has two names")
		}
	}
}

func TestUnknownKinds(t *testing.T) {
	for _, v := range []any{1.5, func() {}, new(int), struct{ C chan int }{}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T has a name", v)
				}
			}()
			Of(v, nil)
		}()
	}
}
