package httpapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Dialect is how one service speaks where services differ. Every function is required unless it says otherwise.
type Dialect[S any] struct {
	Name    string // "cinder"; the first part of its operations' ids
	MaxBody int64  // bytes of a JSON body

	// IDHeaders carry the request id in every answer.
	IDHeaders []string
	// HeadIsGet lets HEAD do what GET does, less the body, where no row has HEAD.
	HeadIsGet bool
	// TrimSlash makes slashes at the end of a path count for nothing.
	TrimSlash bool
	// TokenLast puts off refusing a caller without a token until the body has been looked at.
	TokenLast bool
	// TellsGone answers a token that names what is gone with the Authenticator's fail.NotFound. Others say that it is worthless.
	TellsGone bool
	// Caller says who calls, or answers the request, where the service goes by the request alone and not by tokens of
	// Keystone's. Optional: of what it says nothing of, the Authenticator is asked.
	Caller func(S, *Call) (*Identity, *Reply)
	// Rewrite gives the path under which a request is looked for, where a service has several names for one. Optional.
	Rewrite func(S, *Call) string
	// Public tells whether a path that no row has is answered without asking for a token.
	Public func(path string) bool
	// NoRoute answers a path that nothing serves, or a method that its path does not have.
	NoRoute func(c *Call, allowed []string) Reply
	// Before runs ahead of every operation, once the caller is known: microversions, project in the path. Optional.
	Before func(S, *Call) error
	// SchemaError words the first mistake that a schema found in a body. Optional: the schema's own text, as fail.Invalid.
	SchemaError func(c *Call, err *schema.Error) error
	// NoBodyIsEmpty holds a request without a body against the schema of one as an empty object.
	NoBodyIsEmpty bool
	// Validator is how bodies are held against schemas: the draft, the string formats. Optional.
	Validator *schema.Validator
	// Error words a failure: status, headers and body.
	Error func(c *Call, err *fail.Error) Reply
	// ServiceTokens is how the service takes tokens of other services. Optional: they are not looked at.
	ServiceTokens func(S) *ServiceTokens
	// Rules are the service's policy.
	Rules func(S) *policy.Rules
}

// Service is a service as the front sees it: one name, one table, one way to speak.
type Service interface {
	Name() string
	serve(c *Call) (Reply, int) // and the status that a good answer has
	describe() []Row
}

// Row is an operation without its handler, for the support table.
type Row struct {
	Op, Method, Path, Action string
	Since, Until             string
	Policy                   string
	Emulated                 bool
}

// Bind makes a service of its rows, its dialect and what its handlers work on.
func Bind[S any](s S, t *Table[S], d *Dialect[S]) Service {
	if d.Validator == nil {
		withDefault := *d
		withDefault.Validator = new(schema.Validator)
		d = &withDefault
	}
	return &bound[S]{s, t, d}
}

type bound[S any] struct {
	on      S
	table   *Table[S]
	dialect *Dialect[S]
}

func (b *bound[S]) Name() string { return b.dialect.Name }

// Rows describes a service's operations, in the table's order.
func Rows(s Service) []Row { return s.describe() }

func (b *bound[S]) describe() []Row { return b.table.Rows() }

// Rows describes the operations, in the table's order.
func (t *Table[S]) Rows() []Row {
	rows := make([]Row, 0, len(t.operations))
	for _, op := range t.operations {
		rows = append(rows, Row{op.Op, op.Method, op.Path, op.Action, op.Since, op.Until, op.Policy, op.Handle != nil})
	}
	return rows
}

func (b *bound[S]) serve(c *Call) (Reply, int) {
	c.maxBody = b.dialect.MaxBody
	c.allowed = b.allowed
	for _, h := range b.dialect.IDHeaders {
		c.header[h] = []string{c.RequestID}
	}
	reply, success, err := b.operate(c)
	if err == nil {
		return reply, success
	}
	if c.broken = errors.Is(err, errBroken); c.broken {
		return Reply{}, success
	}
	failure := fail.As(err)
	if failure == nil {
		c.front.bug(c, err)
		failure = &fail.Error{Kind: fail.Internal, Cause: err}
	}
	return b.dialect.Error(c, failure), success
}

func (b *bound[S]) allowed(rule string, creds *policy.Creds, target policy.Target) bool {
	return b.dialect.Rules(b.on).Check(rule, creds, target)
}

// operate is the order of checks that all services share: token, route, the service's own, microversion, body, policy.
func (b *bound[S]) operate(c *Call) (Reply, int, error) {
	if b.dialect.Rewrite != nil {
		c.Path = b.dialect.Rewrite(b.on, c)
	}
	if b.dialect.TrimSlash && len(c.Path) > 1 {
		c.Path = c.Path[:1] + strings.TrimRight(c.Path[1:], "/")
	}
	place, vars := b.table.find(c.Request, c.Path)
	rows := place.on(c.Request.Method, b.dialect.HeadIsGet)
	c.vars = vars

	public := len(rows) > 0 && rows[0].Public || len(rows) == 0 && b.dialect.Public(c.Path)
	var tokens *ServiceTokens
	if b.dialect.ServiceTokens != nil {
		tokens = b.dialect.ServiceTokens(b.on)
	}
	answer, noToken := b.authenticate(c, tokens)
	if answer != nil {
		return *answer, 0, nil
	}
	if gone := fail.As(noToken); gone != nil && gone.Kind == fail.NotFound && !b.dialect.TellsGone {
		noToken = fail.New(fail.Unauthenticated, "")
	}
	if noToken == nil {
		noToken = c.front.restricted(c, b.dialect.Name)
	}
	if noToken != nil && !public && !b.dialect.TokenLast {
		return Reply{}, 0, noToken
	}
	if len(rows) == 0 {
		return b.dialect.NoRoute(c, place.allowed()), 0, nil
	}
	if b.dialect.Before != nil {
		if err := b.dialect.Before(b.on, c); err != nil {
			return Reply{}, 0, err
		}
	}
	row, err := pick(c, rows)
	if err != nil {
		return Reply{}, 0, err
	}
	c.Op, c.Policy = row.Op, row.Policy
	if c.front.Faults.Requests() {
		if err := c.meddle(); err != nil {
			return Reply{}, 0, err
		}
	}
	if row.Handle == nil {
		return Reply{}, 0, &fail.Error{Kind: fail.NotImplemented, Resource: "operation", ID: row.Op}
	}
	if s := row.Body.At(c.Version); s != nil {
		if err := b.validate(c, s); err != nil {
			return Reply{}, 0, err
		}
	}
	if noToken != nil && !row.Public {
		return Reply{}, 0, noToken
	}
	if row.Policy != "" && !row.Late {
		if err := c.Authorize(nil); err != nil {
			return Reply{}, 0, err
		}
	}
	reply, err := row.Handle(b.on, c)
	if err == nil && row.Policy != "" && !c.authorized {
		err = fmt.Errorf("%s answered without having checked %s", row.Op, row.Policy)
	}
	return reply, row.Success, err
}

// authenticate fills in who calls, unless it comes to an answer.
func (b *bound[S]) authenticate(c *Call, tokens *ServiceTokens) (answer *Reply, noToken error) {
	if b.dialect.Caller != nil {
		if id, answer := b.dialect.Caller(b.on, c); id != nil || answer != nil {
			c.Auth = id
			return answer, nil
		}
	}
	return nil, c.front.authenticate(c, tokens)
}

func (e *endpoint[S]) on(method string, headIsGet bool) []*row[S] {
	if e == nil {
		return nil
	}
	rows := e.methods[method]
	if len(rows) == 0 && method == "HEAD" && headIsGet {
		rows = e.methods["GET"]
	}
	return rows
}

// NoSuchVersion is the resource of a fail.NotFound for an operation that the microversion asked for does not have.
const NoSuchVersion = "microversion"

// NoSuchAction is the resource of a fail.Invalid for an action that the path does not have; its ID is the action.
const NoSuchAction = "action"

// pick chooses among the operations of one path and method: by action, then by microversion.
func pick[S any](c *Call, rows []*row[S]) (*row[S], error) {
	action, err := actionOf(c, rows)
	if err != nil {
		return nil, err
	}
	known := false
	for _, row := range rows {
		if row.Action != action {
			continue
		}
		known = true
		if c.Version.Within(row.since, row.until) {
			return row, nil
		}
	}
	if !known {
		return nil, &fail.Error{Kind: fail.Invalid, Resource: NoSuchAction, ID: action}
	}
	return nil, &fail.Error{Kind: fail.NotFound, Resource: NoSuchVersion, ID: c.Version.String()}
}

// actionOf is the only key of the body, where the rows are actions. A body with more keys than one has no action.
func actionOf[S any](c *Call, rows []*row[S]) (string, error) {
	if rows[0].Action == "" {
		return "", nil
	}
	body, err := c.Value()
	if err != nil {
		return "", err
	}
	object, ok := body.(schema.Dict)
	if !ok || len(object) != 1 {
		return "", &fail.Error{Kind: fail.Invalid, Resource: MalformedBody, Cause: errors.New("an action is an object with one key")}
	}
	return object[0].Key, nil
}

func (b *bound[S]) validate(c *Call, s *schema.Schema) error {
	value, err := c.Value()
	if err != nil {
		return err
	}
	if value == nil && b.dialect.NoBodyIsEmpty {
		value = schema.Dict{}
	}
	err = b.dialect.Validator.Validate(s, value)
	if err == nil {
		return nil
	}
	var mistake *schema.Error
	switch {
	case !errors.As(err, &mistake): // a format's own failure
		return err
	case b.dialect.SchemaError != nil:
		return b.dialect.SchemaError(c, mistake)
	}
	return fail.New(fail.Invalid, "%s", mistake.Message())
}
