package plot

import (
	"fmt"

	"github.com/slidexec/slidexec/slides"
)

// bullets are the marks of lists by depth.
var bullets = [...]string{"•", "◦", "▪"}

func (s *sheet) list(l *slides.List) {
	s.listAt(l, min(max(l.Depth, 0), 3), l.Depth > 0)
}

// listAt draws a list at a depth. A list that a comment separated from its parent is indented for it.
func (s *sheet) listAt(l *slides.List, depth int, apart bool) {
	n := s.node.child("L")
	indent, hang := 0.0, 1.15*s.em
	if l.Ordered {
		hang = 1.5 * s.em
		for _, it := range l.Items { // wide numbers need more
			hang = max(hang, s.fonts.width(label(l, it), 0, s.em)+.45*s.em)
		}
	}
	if apart {
		indent = float64(depth) * 1.15 * s.em
	}
	s.within(indent, 0, n, func() {
		for i, it := range l.Items {
			if s.full() {
				s.lost++
				return
			}
			if i > 0 {
				s.y += .26 * s.em
				if l.Newlines > 1 {
					s.y += float64(min(l.Newlines-1, 60)) * 1.4 * s.em
				}
			}
			s.listItem(l, it, depth, hang)
		}
	})
}

// label returns the mark of an item of an ordered list.
func label(l *slides.List, it *slides.Item) string {
	if l.Delim == ')' {
		return fmt.Sprintf("%d)", it.Number)
	}
	return fmt.Sprintf("%d.", it.Number)
}

func (s *sheet) listItem(l *slides.List, it *slides.Item, depth int, hang float64) {
	step := s.step
	s.step = max(step, it.Step)
	li := s.node.child("LI")
	words := bullets[min(depth, len(bullets)-1)]
	if l.Ordered {
		words = label(l, it)
	}
	mark := []span{{words, style{size: s.em, color: s.pal.Accent, node: li.child("Lbl")}}}
	w := s.fonts.width(words, 0, s.em) + .4*s.em
	x, left, right := s.x+max(hang-w, 0), hang, 0.0
	if rightToLeft(s.flat(s.spans(it.Text, style{size: s.em, node: li}))) {
		x, left, right = s.x+s.w-hang+.4*s.em, 0, hang
	}
	s.line(mark, row{letters: s.flat(mark)}, x, s.y+baseline(1.4*s.em, s.em), s.step)
	body := li.child("LBody")
	s.within(left, right, body, func() {
		s.prose(body, it.Text, s.pal.Text, l.Align)
		for _, b := range it.Blocks {
			if nested, ok := b.(*slides.List); ok {
				s.y += .26 * s.em
				s.listAt(nested, depth+1, false)
				continue
			}
			s.y += .45 * s.em
			s.blocks([]slides.Block{b})
		}
	})
	s.step = step
}
