package cinder

import (
	"iter"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// place is where a row stands in lists.
type place struct {
	ID, Project string
	CreatedAt   time.Time
}

// before is the order of upstream's lists, backward: by time of creation, and then by id.
func (p place) before(q place) bool {
	if !p.CreatedAt.Equal(q.CreatedAt) {
		return p.CreatedAt.Before(q.CreatedAt)
	}
	return p.ID < q.ID
}

// shelf is a table of what belongs to projects, with the order in which lists show it, so that a page costs what is on it.
type shelf[V any] struct {
	*state.Table[V]
	// byProject and byAge have the oldest first, by project or of all projects.
	byProject, byAge *state.Index[V]

	at    func(*V) place
	stand func(place) V // a row that stands in a place, to begin a walk with
}

// newShelf declares a shelf, and further indexes of its table.
func newShelf[V any](db *state.DB, name string, key func(*V) *string, at func(*V) place, stand func(place) V, more ...*state.Index[V]) shelf[V] {
	sh := shelf[V]{
		byProject: state.Order(func(a, b *V) bool {
			p, q := at(a), at(b)
			if p.Project != q.Project {
				return p.Project < q.Project
			}
			return p.before(q)
		}, nil),
		byAge: state.Order(func(a, b *V) bool { return at(a).before(at(b)) }, nil),
		at:    at, stand: stand,
	}
	sh.Table = state.Add(db, name, key, append([]*state.Index[V]{sh.byProject, sh.byAge}, more...)...)
	return sh
}

// endOfTime is later than anything was made.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// of yields what a project has, or all there is, by age; from the age of another row on if there is one.
func (sh *shelf[V]) of(r state.Reader, project string, newestFirst bool, from *V) iter.Seq[V] {
	start := place{Project: project}
	if newestFirst {
		start.CreatedAt = endOfTime
	}
	if from != nil {
		start = sh.at(from)
		start.Project = project
	}
	walk := sh.byProject
	if project == "" {
		walk = sh.byAge
	}
	all := walk.Ascend(r, sh.stand(start))
	if newestFirst {
		all = walk.Descend(r, sh.stand(start))
	}
	if project == "" {
		return all
	}
	return func(yield func(V) bool) {
		v := new(V) // one for all, or each would be one more in memory
		for *v = range all {
			if sh.at(v).Project != project || !yield(*v) {
				return
			}
		}
	}
}

// listQuery is what a list is asked for.
type listQuery[V any] struct {
	paging
	sort    []sortSpec
	filter  func(*V) bool // nil: none
	nothing bool          // a filter that no row can pass
	project string        // "": all projects
	count   bool
	// few yields all rows that can pass, when it is known where these are; nil: any may.
	few func(state.Reader) iter.Seq[V]
}

// maxFew is how many rows are worth sorting instead of walking over all.
const maxFew = 1000

// among are the rows that pass, in no order, if there are few that can.
func (sh *shelf[V]) among(r state.Reader, q listQuery[V]) (rows []V, ok bool) {
	if q.few == nil {
		return nil, false
	}
	seen := 0
	for v := range q.few(r) {
		if seen++; seen > maxFew {
			return nil, false
		}
		if (q.project == "" || sh.at(&v).Project == q.project) && (q.filter == nil || q.filter(&v)) {
			rows = append(rows, v)
		}
	}
	return rows, true
}

// countAsked reads with_count where the microversion knows it, and takes it out of the parameters.
func countAsked(c *httpapi.Call, params []param) (bool, []param, error) {
	if !c.Version.AtLeast(mvCountInfo) {
		return false, params, nil
	}
	for i, p := range params {
		if p.Name == "with_count" {
			count, err := queryBool("with_count", p.Value)
			return count, append(params[:i:i], params[i+1:]...), err
		}
	}
	return false, params, nil
}

// inAgeOrder tells whether the order asked for is one that is kept, and which way it goes.
func (q listQuery[V]) inAgeOrder() (newestFirst, kept bool) {
	if len(q.sort) == 0 || q.sort[0].Name != "created_at" || len(q.sort) > 2 {
		return false, false
	}
	if len(q.sort) == 2 && (q.sort[1].Name != "id" || q.sort[1].Dir != q.sort[0].Dir) {
		return false, false
	}
	return q.sort[0].Dir == "desc", q.sort[0].Dir == "desc" || q.sort[0].Dir == "asc"
}

// passing are those of the rows that the filter lets pass. They are looked at in one place in memory, for there may be
// many of which few pass.
func (q listQuery[V]) passing(all iter.Seq[V]) iter.Seq[V] {
	if q.filter == nil {
		return all
	}
	return func(yield func(V) bool) {
		v := new(V)
		for *v = range all {
			if q.filter(v) && !yield(*v) {
				return
			}
		}
	}
}

// require adds a condition to the filter; nil is one that no row can meet.
func (q *listQuery[V]) require(condition func(*V) bool) {
	before := q.filter
	switch {
	case condition == nil:
		q.nothing = true
	case before == nil:
		q.filter = condition
	default:
		q.filter = func(v *V) bool { return before(v) && condition(v) }
	}
}

// page is the page that was asked for. In the order of age it costs no more than what is on it, and what filters pass
// over.
func (sh *shelf[V]) page(r state.Reader, q listQuery[V], known ordering[V], marker *V) ([]V, error) {
	compare, err := known.by(q.sort)
	if err != nil || q.nothing {
		return nil, err
	}
	if rows, ok := sh.among(r, q); ok {
		return pageOf(rows, compare, marker, q.paging), nil
	}
	newestFirst, kept := q.inAgeOrder()
	if !kept {
		var rows []V
		for v := range q.passing(sh.of(r, q.project, true, nil)) {
			rows = append(rows, v)
		}
		return pageOf(rows, compare, marker, q.paging), nil
	}
	var page []V
	skip := q.Offset
	for v := range q.passing(sh.of(r, q.project, newestFirst, marker)) {
		switch {
		case len(page) >= q.Limit:
			return page, nil
		case marker != nil && sh.at(&v).ID == sh.at(marker).ID:
		case skip > 0:
			skip--
		default:
			page = append(page, v)
		}
	}
	return page, nil
}

// counted is how many rows a query finds on all its pages.
func (sh *shelf[V]) counted(r state.Reader, q listQuery[V]) int {
	switch {
	case q.nothing:
		return 0
	case q.filter == nil && q.project == "":
		return sh.Len(r)
	}
	if rows, ok := sh.among(r, q); ok {
		return len(rows)
	}
	n := 0
	for range q.passing(sh.of(r, q.project, true, nil)) {
		n++
	}
	return n
}
