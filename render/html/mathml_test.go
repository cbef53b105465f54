package html

import (
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// TestMathML: a formula is written anew from known elements; anything else in it makes it no formula.
func TestMathML(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`<math display="inline" xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">x</annotation></semantics></math>`,
			`<math display="inline"><semantics><mrow><mi>x</mi></mrow></semantics></math>`},
		{`<math><mo stretchy="false" form='prefix'>(</mo><mspace width="1em"/><mn>1 &lt; 2 &amp; &#60;b&gt;</mn></math>`,
			`<math><mo stretchy="false" form="prefix">(</mo><mspace width="1em"></mspace><mn>1 &lt; 2 &amp; &lt;b&gt;</mn></math>`},
		{`<math onclick="alert(1)" style="color:red" class="x" href="javascript:x"><mi id="bar">x</mi></math>`, `<math><mi>x</mi></math>`},
		{`<math><mtext width="&quot;><script>">a</mtext></math>`, ""}, // > in a value is not read
		{`<math><mi width="a&quot; onclick=&quot;b">x</mi></math>`, `<math><mi width="a&#34; onclick=&#34;b">x</mi></math>`},
		{`<math><annotation>a<script>b</script><math></math></annotation><mi>x</mi></math>`, ""},
		{`<math><annotation>a<script>b</script></annotation><mi>x</mi></math>`, `<math><mi>x</mi></math>`},
		{"<math><mi>\u202ex\u009b31m</mi></math>", `<math><mi>x31m</mi></math>`},
		{`<math><script>alert(1)</script></math>`, ""},
		{`<math><mtext><img src=x onerror=alert(1)></mtext></math>`, ""},
		{`<math><maction actiontype="statusline"><mi>x</mi></maction></math>`, ""},
		{`<math><annotation-xml encoding="text/html"><p>x</p></annotation-xml></math>`, ""},
		{`<math><!-- --><mi>x</mi></math>`, ""},
		{`<math><mi>x</math></mi>`, ""},
		{`<math><mi>x</mi>`, ""},
		{`<math><math></math></math>`, ""},
		{" ", ""},
		{" <math> <mi>x</mi> </math> ", "<math> <mi>x</mi> </math>"},
		{`<math></math><mi>x</mi>`, ""},
		{`<mrow></mrow>`, ""},
		{`text <math></math>`, ""},
		{`<math><mi`, ""},
		{`<MATH></MATH>`, ""},
		{strings.Repeat("<math>", 1) + strings.Repeat("<mrow>", 200) + strings.Repeat("</mrow>", 200) + "</math>", ""},
		{"", ""},
	} {
		var b builder
		tokens, ok := mathTokens([]byte(tt.in))
		if ok {
			b.formula(tokens)
		}
		if got := string(b.buf); got != tt.want {
			t.Errorf("%s\n became %s\n     want %s", tt.in, got, tt.want)
		}
	}
}

// FuzzMathML: whatever a tool prints, no tag but those of formulas gets onto the page.
func FuzzMathML(f *testing.F) {
	f.Add(`<math><mi width="1">x</mi><annotation>a<b></b></annotation></math>`)
	f.Add(`<math><mtext>&lt;script></mtext></math>`)
	f.Fuzz(func(t *testing.T, in string) {
		var b builder
		tokens, ok := mathTokens([]byte(in))
		if !ok {
			return
		}
		b.formula(tokens)
		for part := range strings.SplitSeq(string(b.buf), "<") {
			if name, _ := mathName(strings.TrimPrefix(part, "/")); part != "" && mathElements[name] == "" {
				t.Errorf("%q became %q", in, b.buf)
			}
		}
	})
}

// drawnPage is the page of a deck with a block of +render and this result.
func drawnPage(t *testing.T, lang string, r slides.Result) string {
	t.Helper()
	s := rendertest.Snippet(lang, "the source", slides.ModeRender, "")
	s.Place, s.Word = slides.Instead, lang
	d := &slides.Deck{Slides: []*slides.Slide{rendertest.Slide("T", rendertest.Code(s))}, Snippets: []*slides.Snippet{s}}
	var out strings.Builder
	if err := (&Backend{}).Render(&out, &render.View{Deck: d, Results: slides.Results{s.Key: r}}); err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(out.String(), "<main")
	page, _, _ = strings.Cut(page, "<script")
	return page
}

// TestDrawing: a drawing stands in place of its source; what is not one leaves the source, with the reason.
func TestDrawing(t *testing.T) {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="10"><script>alert(1)</script></svg>`
	failed := rendertest.Ended(slides.Exited, "", time.Millisecond)
	failed.Exit, failed.Log = 1, []slides.Chunk{{Stderr: true, Data: []byte("no such arrow")}, {Data: []byte("<svg half")}}
	skipped := slides.Result{State: slides.Done, Status: slides.Skipped, Remark: slides.Remark{Says: "needs dot", Try: "apt-get install graphviz"}}
	for _, tt := range []struct {
		name, lang string
		r          slides.Result
		has, lacks []string
	}{
		{"svg", "dot", rendertest.Printed(svg, time.Millisecond), []string{`<figure class="pic ink"><img`, `src="data:image/svg+xml;base64,`, `alt="dot drawing of: the source"`},
			[]string{"<svg", "alert", "<pre"}},
		{"mathml", "math", rendertest.Printed("<p><math><mi>x</mi></math></p>", time.Millisecond), []string{`<figure class="pic eq"><math><mi>x</mi></math></figure>`}, []string{"<pre", "<img"}},
		{"bad mathml", "math", rendertest.Printed("<p><math><script>x</script></math></p>", time.Millisecond), []string{"the source"}, []string{"<script"}},
		{"failed", "dot", failed, []string{"the source", "✗ exit 1", "no such arrow"}, []string{"half"}},
		{"skipped", "dot", skipped, []string{"the source", "– skipped: needs dot", "apt-get install graphviz"}, []string{"✗", "no output"}},
		{"running", "dot", slides.Result{State: slides.Running}, []string{"the source"}, []string{"<img", "running"}},
		{"half", "dot", rendertest.Printed(svg[:60], time.Millisecond), []string{"the source", "✗ no picture"}, []string{"<img"}},
	} {
		page := drawnPage(t, tt.lang, tt.r)
		for _, want := range tt.has {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q:\n%s", tt.name, want, page)
			}
		}
		for _, bad := range tt.lacks {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page has %q:\n%s", tt.name, bad, page)
			}
		}
	}
}
