package pdf

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// exact is how far a line may be from where the browser put it, in points: a slide has 960 of them.
const exact = .005

// matrix is a transformation in the order of PDF files.
type matrix [6]float64

// times returns the matrix that does m first and then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// scale returns how much m enlarges at most.
func (m matrix) scale() float64 { return max(math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3])) }

// digits returns how many digits after the point a coordinate needs under m.
func (m matrix) digits() int {
	scale := m.scale()
	for d := range 6 {
		if scale*.5*math.Pow10(-d) <= exact {
			return d
		}
	}
	return 6
}

// page rewrites the contents of a page: coordinates get the digits that can be seen, and the letters of a
// word stand in one string. It returns false for contents that it does not understand.
type page struct {
	scanner
	font  func(name string) *font // by its name in the page's resources; nil: unknown
	flat  func(name string) bool  // whether an object by its name there is a picture
	out   bytes.Buffer
	now   matrix
	stack []matrix
	args  []any

	pen  point   // where a path has come to
	bent []curve // the end of the path, not written yet

	marked int // how many marks what is drawn has around it
	path   int // where in out a path without a mark begins; -1: there is none
	decor  int // where in out the last decoration ends
}

// rewrite returns the new contents.
func (p *page) rewrite() ([]byte, bool) {
	p.now, p.path = matrix{1, 0, 0, 1, 0, 0}, -1
	for {
		p.skip()
		if p.at >= len(p.data) {
			return p.out.Bytes(), len(p.args) == 0 && len(p.stack) == 0 && p.marked == 0
		}
		if c := p.data[p.at]; kinds[c] == mark || c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
			v, err := p.operand()
			if err != nil {
				return nil, false
			}
			p.args = append(p.args, v)
			continue
		}
		switch op := p.word(); op {
		case "", "BI": // a picture in the middle of everything
			return nil, false
		case "BT":
			at := p.out.Len()
			if len(p.args) > 0 || !p.words() {
				return nil, false
			}
			if p.marked == 0 && !bytes.Contains(p.out.Bytes()[at:], []byte("/MCID")) {
				p.artifact(at)
			}
		default:
			if !p.operator(op) {
				return nil, false
			}
		}
		p.args = p.args[:0]
	}
}

// operand reads an operand. Contents have no references.
func (p *page) operand() (any, error) {
	if c := p.data[p.at]; kinds[c] == mark {
		return p.value(0)
	}
	return raw(p.word()), nil
}

// numbers returns the operands as so many numbers.
func (p *page) numbers(n int) ([]float64, bool) {
	if len(p.args) != n {
		return nil, false
	}
	out := make([]float64, n)
	for i, a := range p.args {
		r, _ := a.(raw)
		x, err := strconv.ParseFloat(string(r), 64)
		if err != nil {
			return nil, false
		}
		out[i] = x
	}
	return out, true
}

// ends are the operators that end a path, and whether they paint it.
var ends = map[string]bool{"f": true, "F": true, "f*": true, "B": true, "B*": true, "b": true, "b*": true, "S": true, "s": true, "n": false}

// artifact marks what was written from a place on as decoration, which is not read out.
func (p *page) artifact(from int) {
	const begin, end = "/Artifact BMC\n", "EMC\n"
	what := bytes.Clone(p.out.Bytes()[from:])
	if from == p.decor && from > 0 { // it goes on with what was marked so
		p.out.Truncate(from - len(end))
	} else {
		p.out.Truncate(from)
		p.out.WriteString(begin)
	}
	p.out.Write(what)
	p.out.WriteString(end)
	p.decor = p.out.Len()
}

// drawn has the operators whose operands are coordinates, and the number of these.
var drawn = map[string]int{"m": 2, "l": 2, "c": 6, "v": 4, "y": 4, "re": 4}

// operator writes an operator with its operands.
func (p *page) operator(op string) bool {
	if n, ok := drawn[op]; ok {
		if p.marked == 0 && p.path < 0 {
			p.path = p.out.Len()
		}
		list, ok := p.numbers(n)
		if !ok {
			return false
		}
		end := point{list[n-2], list[n-1]}
		if op == "c" {
			p.bent = append(p.bent, curve{p.pen, {list[0], list[1]}, {list[2], list[3]}, end})
		} else {
			p.unbend()
			p.draw(op, list...)
		}
		p.pen = end
		return true
	}
	p.unbend()
	switch op {
	case "q":
		p.stack = append(p.stack, p.now)
	case "Q":
		if len(p.stack) == 0 {
			return false
		}
		p.now, p.stack = p.stack[len(p.stack)-1], p.stack[:len(p.stack)-1]
	case "cm":
		m, ok := p.numbers(6)
		if !ok {
			return false
		}
		p.now = matrix(m).times(p.now)
	case "BDC", "BMC":
		p.marked++
	case "EMC":
		p.marked--
	}
	at := p.out.Len()
	p.plain(op)
	if paints, end := ends[op]; end {
		if paints && p.path >= 0 {
			p.artifact(p.path)
		}
		p.path = -1
	} else if p.marked == 0 && (op == "sh" || op == "Do" && p.picture(p.args)) {
		p.artifact(at)
	}
	return true
}

// picture reports whether the operand of Do is a picture, and not contents with marks of their own.
func (p *page) picture(args []any) bool {
	if len(args) != 1 {
		return false
	}
	name, _ := args[0].(raw)
	return p.flat != nil && p.flat(strings.TrimPrefix(string(name), "/"))
}

// draw writes an operator with coordinates.
func (p *page) draw(op string, list ...float64) {
	d := p.now.digits()
	for _, x := range list {
		p.put(decimal(x, d))
	}
	p.put(op)
	p.out.WriteByte('\n')
}

// unbend writes the curves at the end of a path, as few as can be.
func (p *page) unbend() {
	for _, c := range fewer(p.bent, 4*exact/p.now.scale()) {
		p.draw("c", c[1].x, c[1].y, c[2].x, c[2].y, c[3].x, c[3].y)
	}
	p.bent = p.bent[:0]
}

// plain writes an operator with its operands as they are.
func (p *page) plain(op string) {
	w := writer{}
	for _, a := range p.args {
		w.value(&p.out, a)
	}
	p.put(op)
	p.out.WriteByte('\n')
}

// put writes a word, with a space before it where it needs one.
func (p *page) put(s string) { (&writer{}).value(&p.out, raw(s)) }

// decimal returns a number with at most so many digits after the point.
func decimal(x float64, digits int) string {
	b := strconv.AppendFloat(nil, x, 'f', digits, 64)
	if digits > 0 {
		b = bytes.TrimRight(b, "0")
		b = bytes.TrimSuffix(b, []byte("."))
	}
	switch {
	case bytes.HasPrefix(b, []byte("0.")):
		b = b[1:]
	case bytes.HasPrefix(b, []byte("-0.")):
		b = append([]byte("-"), b[2:]...)
	case string(b) == "-0":
		return "0"
	}
	return string(b)
}
