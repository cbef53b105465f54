package html

import "testing"

func TestLeanStyle(t *testing.T) {
	for source, want := range map[string]string{
		"a\n  /* says why */\n  b\n\n/* one\n   two */\nc{}\n/* three */\nd": "a\nb\nc{}\nd\n",
		"":       "",
		"a /* b": "a /* b\n",
	} {
		if got := leanStyle(source); got != want {
			t.Errorf("leanStyle(%q) = %q, want %q", source, got, want)
		}
	}
}

func TestLeanScript(t *testing.T) {
	for source, want := range map[string]string{
		"": "",
		"// says why\nlet a = 1; // and more\n\n/* one\n two */ let b": "let a=1;let b\n",
		"a = b\n(c)":                   "a=b\n(c)\n",
		"f(a,\n  b)":                   "f(a,b)\n",
		"if (a) {\n  b()\n}\nelse c()": "if(a){b()}\nelse c()\n",
		"return x in y":                "return x in y\n",
		"a + +b - -c + d":              "a+ +b- -c+d\n",
		"a = \"b  // c\" + 'd  e'":     "a=\"b  // c\"+'d  e'\n",
		"a = `b  ${ c(\"}  `\", {d: `e  f`}) }  // g` + h": "a=`b  ${ c(\"}  `\", {d: `e  f`}) }  // g`+h\n",
		"a.match(/[/\"]  '\\/ /) / 2 // b":                 "a.match(/[/\"]  '\\/ /)/2\n",
		"return /a  b'/.test(c)":                           "return/a  b'/.test(c)\n",
		"a / b / c":                                        "a/b/c\n",
		"'never ends":                                      "'never ends\n",
	} {
		if got := leanScript(source); got != want {
			t.Errorf("leanScript(%q)\n got %q\nwant %q", source, got, want)
		}
	}
}
