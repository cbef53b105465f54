package plot

import (
	"slices"

	"github.com/carlos7ags/folio/core"
)

// A PDF file has its text twice: as drawn, and as a tree of headings, paragraphs, lists and tables for
// those who have it read to them. A node of the tree is made while a slide is laid out. It gets its place
// in the tree when the first thing of it is drawn, so the order of the tree is that of drawing, and a node
// of which nothing is drawn is not in the tree.

// node is an element of the structure.
type node struct {
	tag  string
	up   *node
	alt  string // what stands for a picture
	attr dict   // attributes, or nil

	kids []any // nodes, marks and links
	in   bool  // up has it
	ref  ref
}

// mark is a part of a page's content.
type mark struct{ page, id int }

// annotation is a link on a page.
type annotation struct {
	page int
	ref  ref
}

func (n *node) child(tag string) *node { return &node{tag: tag, up: n} }

// enter gives a node and those above it their places in the tree.
func (n *node) enter() {
	for ; n.up != nil && !n.in; n = n.up {
		n.in = true
		n.up.kids = append(n.up.kids, n)
	}
}

// tree writes the structure. owners are, by page, the nodes of the page's marks.
func (f *file) tree(root *node, pages []ref, owners [][]*node, links []*node) ref {
	top := newDict("Type", "StructTreeRoot")
	at := f.add(top)
	f.element(root, at, pages)
	top.Set("K", root.ref)
	numbers := core.NewPdfArray()
	for i, page := range owners {
		refs := core.NewPdfArray()
		for _, n := range page {
			refs.Add(n.ref)
		}
		numbers.Add(core.NewPdfInteger(i))
		numbers.Add(f.add(refs))
	}
	for i, n := range links {
		numbers.Add(core.NewPdfInteger(len(owners) + i))
		numbers.Add(n.ref)
	}
	top.Set("ParentTree", f.add(newDict("Nums", numbers)))
	top.Set("ParentTreeNextKey", core.NewPdfInteger(len(owners)+len(links)))
	return at
}

// element writes a node and all below it.
func (f *file) element(n *node, up ref, pages []ref) {
	d := newDict("Type", "StructElem", "S", n.tag, "P", up)
	n.ref = f.add(d)
	if n.alt != "" {
		d.Set("Alt", core.NewPdfTextString(n.alt))
	}
	if n.attr != nil {
		d.Set("A", n.attr)
	}
	page := slices.IndexFunc(n.kids, func(k any) bool { _, ok := k.(mark); return ok })
	if page >= 0 {
		page = n.kids[page].(mark).page
		d.Set("Pg", pages[page])
	}
	kids := core.NewPdfArray()
	for _, k := range n.kids {
		switch k := k.(type) {
		case *node:
			f.element(k, n.ref, pages)
			kids.Add(k.ref)
		case mark:
			if k.page == page {
				kids.Add(core.NewPdfInteger(k.id))
			} else {
				kids.Add(newDict("Type", "MCR", "Pg", pages[k.page], "MCID", k.id))
			}
		case annotation:
			kids.Add(newDict("Type", "OBJR", "Pg", pages[k.page], "Obj", k.ref))
		}
	}
	d.Set("K", kids)
}
