package vt

import (
	"reflect"
	"testing"
)

// TestRedraw: what a screen says of itself makes a new one like it, in everything that a program can tell.
func TestRedraw(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":          "",
		"text":             "one\r\ntwo",
		"full rows":        "12345678\x1b[2;1H12345678\x1b[4;1H12345678",
		"colours":          "\x1b[31;44mred\x1b[0m plain\x1b[1;4;38;2;1;2;3m",
		"wide and marks":   "\u4e16\u754c e\u0301",
		"other screen":     "main\x1b[?1049halt",
		"margins":          "a\r\nb\x1b[2;3r\x1b[3;2H",
		"upper margin":     "a\r\nb\x1b[2;4r\x1b[3;2H",
		"lower margin":     "a\r\nb\x1b[1;3r\x1b[3;2H",
		"modes":            "\x1b[?1h\x1b=\x1b[4h\x1b[?7l\x1b[?25l\x1b[?1004h\x1b[?2004h",
		"mouse":            "\x1b[?1003h\x1b[?1006h",
		"buttons":          "\x1b[?1000h",
		"moves":            "\x1b[?1002h",
		"line drawing":     "\x1b(0lqk",
		"other set":        "\x1b)0\x0elqk",
		"cursor elsewhere": "text\x1b[3;5H",
	} {
		s := New(8, 4)
		_, _ = s.Write([]byte(in))
		again := New(8, 4)
		_, _ = again.Write(s.Redraw())
		got, want := again.Snapshot(), s.Snapshot()
		got.Back, want.Back = nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v\nwant %+v", name, got, want)
		}
		if again.modes != s.modes || again.sets != s.sets || again.style != s.style || again.page.top != s.page.top || again.page.bottom != s.page.bottom {
			t.Errorf("%s: got %+v %+v %+v\nwant %+v %+v %+v", name, again.modes, again.sets, again.style, s.modes, s.sets, s.style)
		}
	}
}
