package slides

import (
	"reflect"
	"testing"
)

// TestContentsBlocks: many entries stand side by side where there is room, and each leads to its slide.
func TestContentsBlocks(t *testing.T) {
	c := &Contents{Base: Base{Step: 2, Align: AlignRight, Size: 3}}
	for i := range fewEntries {
		c.Entries = append(c.Entries, Entry{i + 5, "x"})
	}
	lists := func() (out []int) {
		Walk(c.Blocks(), func(b Block) {
			if base := b.Common(); base.Step != 2 || base.Align != AlignRight || base.Size != 0 {
				t.Errorf("%T has %+v", b, base)
			}
			if l, ok := b.(*List); ok {
				out = append(out, len(l.Items))
				if link, ok := l.Items[0].Text[0].(*Link); !ok || link.Slide < 5 {
					t.Errorf("the first item is %+v", l.Items[0].Text[0])
				}
			}
		})
		return out
	}
	for _, tt := range []struct {
		wide bool
		more int
		want []int
	}{{true, 0, []int{10}}, {true, 3, []int{6, 5}}, {false, 3, []int{11}}} {
		c.Wide, c.More = tt.wide, tt.more
		if got := lists(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("wide %v, %d more: lists of %v entries, want %v", tt.wide, tt.more, got, tt.want)
		}
	}
}
