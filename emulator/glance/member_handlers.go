package glance

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type memberView struct {
	MemberID  string  `json:"member_id"`
	ImageID   string  `json:"image_id"`
	Status    string  `json:"status"`
	CreatedAt isotime `json:"created_at"`
	UpdatedAt isotime `json:"updated_at"`
	Schema    string  `json:"schema"`
}

func (m Member) view() memberView {
	return memberView{m.ProjectID, m.ImageID, m.Status, isotime(m.CreatedAt), isotime(m.UpdatedAt), "/v2/schemas/member"}
}

type memberListOut struct {
	Members []memberView `json:"members"`
	Schema  string       `json:"schema"`
}

// memberStatuses are what a member can make of an image that it was given.
var memberStatuses = []string{"pending", "accepted", "rejected"}

// errNotShared is why images that are not shared have no members; what it becomes depends on what was asked.
var errNotShared = errors.New("Only shared images have members.") //nolint:revive // upstream's sentence

// sharedImage finds an image that has members.
func (s *Service) sharedImage(c *httpapi.Call, r state.Reader) (Image, error) {
	id := c.Var("image_id")
	i, err := s.imageOf(c, r, id)
	if err != nil {
		return i, fail.New(fail.NotFound, "Image %s not found.", id)
	}
	if i.Visibility != Shared {
		return i, errNotShared
	}
	return i, nil
}

// authorizeMember checks a rule about members; it begins with that for the image.
func authorizeMember(c *httpapi.Call, rule string, i *Image) error {
	if err := authorize(c, "get_image", i); err != nil {
		return err
	}
	return c.AuthorizeFor(rule, targetOf(c, i))
}

// memberOf finds a member that the caller may know of: the owner knows all, a member itself.
func (s *Service) memberOf(c *httpapi.Call, r state.Reader, i *Image) (Member, error) {
	if err := authorizeMember(c, "get_member", i); err != nil {
		return Member{}, err
	}
	id := c.Var("member_id")
	m, ok := s.members.Get(r, memberKey(i.ID, id))
	if !ok || !s.knows(c, i, m) {
		return Member{}, fail.New(fail.NotFound, "%s not found in the member list of the image %s.", id, i.ID)
	}
	return m, nil
}

func (s *Service) knows(c *httpapi.Call, i *Image, m Member) bool {
	return isAdmin(c) || c.Auth.ProjectID != "" && (c.Auth.ProjectID == i.Owner || c.Auth.ProjectID == m.ProjectID)
}

// forbidMember words a refusal that upstream does not let through as it is.
func forbidMember(err error, refused bool, verb, image string) error {
	if refused || errors.Is(err, errNotShared) {
		return fail.New(fail.Forbidden, "Not allowed to %s members for image %s.", verb, image)
	}
	return err
}

// memberCreate serves POST of a member, which is "pending" at first. API reference: Image sharing, "Create image member".
func (s *Service) memberCreate(c *httpapi.Call) (memberView, error) {
	project, err := readMember(c)
	if err != nil {
		return memberView{}, err
	}
	var m Member
	err = s.db.Update(func(tx *state.Tx) error {
		i, err := s.sharedImage(c, tx)
		if err != nil {
			return forbidMember(err, false, "create", i.ID)
		}
		if s.legacyDefaults() && !s.owns(c, &i) {
			return forbidMember(nil, true, "create", i.ID)
		}
		if err := authorizeMember(c, "add_member", &i); err != nil {
			return err
		}
		if err := s.checkMembers(tx, i.ID); err != nil {
			return err
		}
		m = Member{Key: memberKey(i.ID, project), ImageID: i.ID, ProjectID: project, Status: "pending", CreatedAt: s.clock.Now()}
		m.UpdatedAt = m.CreatedAt
		if s.members.Has(tx, m.Key) {
			return fail.New(fail.Conflict, "Member %s is duplicated for image %s", project, i.ID)
		}
		s.members.Put(tx, m)
		return nil
	})
	return m.view(), err
}

func (s *Service) checkMembers(r state.Reader, image string) error {
	n := 1
	for range s.membersOf(r, image) {
		n++
	}
	if s.cfg.ImageMemberQuota < 0 || n <= s.cfg.ImageMemberQuota {
		return nil
	}
	return fail.New(fail.TooLarge, "Image member limit exceeded for image %s: The limit has been exceeded on the number of allowed "+
		"image members for this image. Attempted: %d, Maximum: %d:", image, n, s.cfg.ImageMemberQuota)
}

// readMember reads the project of a new member.
// Quirk: upstream dies of one that is no string, or too long for its database (reference).
func readMember(c *httpapi.Call) (string, error) {
	value, err := readField(c, "member", `Expected a member in the form: {"member": "image_id"}`, "Member to be added not specified")
	if err != nil {
		return "", err
	}
	switch v := value.(type) {
	case string:
		if v == "" {
			return "", fail.New(fail.Invalid, "Member can't be empty")
		}
		if beyondBMP(v) {
			return "", fail.New(fail.Invalid, "Member can't contain 4 byte unicode characters.")
		}
		if utf8.RuneCountInString(v) > 255 {
			return "", crash()
		}
		return v, nil
	case nil:
		return "", fail.New(fail.Invalid, "Member can't be empty")
	}
	if isFalse(value) {
		return "", fail.New(fail.Invalid, "Member can't be empty")
	}
	return "", crash()
}

// readField reads the one member that the body of a request has to have; it may be anything.
func readField(c *httpapi.Call, key, noObject, missing string) (schema.Value, error) {
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Dict)
	if !ok {
		return nil, fail.New(fail.Invalid, "%s", noObject)
	}
	value, ok := object.Get(key)
	if !ok {
		return nil, fail.New(fail.Invalid, "%s", missing)
	}
	return value, nil
}

// isFalse tells whether Python takes a value for false.
func isFalse(value schema.Value) bool {
	switch v := value.(type) {
	case bool:
		return !v
	case int:
		return v == 0
	case float64:
		return v == 0
	case schema.List:
		return len(v) == 0
	case schema.Dict:
		return len(v) == 0
	}
	return false
}

// memberList serves GET of the members that the caller may know of, by project, which is the order of upstream's index. API reference: Image sharing, "List image members".
func (s *Service) memberList(c *httpapi.Call) (memberListOut, error) {
	out := memberListOut{Members: []memberView{}, Schema: "/v2/schemas/members"}
	view := s.db.View()
	i, err := s.sharedImage(c, view)
	if errors.Is(err, errNotShared) {
		return out, fail.New(fail.Forbidden, "Not allowed to list members for image %s: %s", i.ID, errNotShared.Error())
	}
	if err == nil {
		err = authorizeMember(c, "get_members", &i)
	}
	if err != nil {
		return out, err
	}
	for m := range s.membersOf(view, i.ID) {
		if s.knows(c, &i, m) && c.May("get_member", targetOf(c, &i)) {
			out.Members = append(out.Members, m.view())
		}
	}
	return out, nil
}

// memberShow serves GET of a member; who may not know is told that there is none.
// API reference: Image sharing, "Show image member details".
func (s *Service) memberShow(c *httpapi.Call) (memberView, error) {
	view := s.db.View()
	i, err := s.sharedImage(c, view)
	if errors.Is(err, errNotShared) {
		return memberView{}, fail.New(fail.NotFound, "%s", errNotShared.Error())
	}
	if err != nil {
		return memberView{}, err
	}
	m, err := s.memberOf(c, view, &i)
	if f := fail.As(err); f != nil && f.Kind == fail.Forbidden {
		return memberView{}, fail.New(fail.NotFound, "%s", explanationOf(f))
	}
	return m.view(), err
}

// memberToChange finds the member that a request is to change. Who the rules of old refused is told so in their words.
func (s *Service) memberToChange(c *httpapi.Call, r state.Reader, verb, rule string, refused func(*Image) bool) (Member, error) {
	i, err := s.sharedImage(c, r)
	if err != nil {
		return Member{}, forbidMember(err, false, verb, i.ID)
	}
	if s.legacyDefaults() && refused(&i) {
		return Member{}, forbidMember(nil, true, verb, i.ID)
	}
	m, err := s.memberOf(c, r, &i)
	if err != nil {
		return m, err
	}
	return m, authorizeMember(c, rule, &i)
}

// memberUpdate serves PUT of a member's status. API reference: Image sharing, "Update image member".
func (s *Service) memberUpdate(c *httpapi.Call) (memberView, error) {
	status, err := readMemberStatus(c)
	if err != nil {
		return memberView{}, err
	}
	var m Member
	err = s.db.Update(func(tx *state.Tx) error {
		var err error
		m, err = s.memberToChange(c, tx, "update", "modify_member", func(i *Image) bool { return !isAdmin(c) && c.Auth.ProjectID == i.Owner })
		if err != nil {
			return err
		}
		if !slices.Contains(memberStatuses, status) {
			return fail.New(fail.Invalid, `Incorrect request: Status must be "pending", "accepted" or "rejected".`)
		}
		m.Status, m.UpdatedAt = status, s.clock.Now()
		s.members.Put(tx, m)
		return nil
	})
	return m.view(), err
}

// readMemberStatus reads the status; one that is no string is none of those there are.
func readMemberStatus(c *httpapi.Call) (string, error) {
	value, err := readField(c, "status", `Expected a status in the form: {"status": "status"}`, "Status not specified")
	status, _ := value.(string)
	return status, err
}

// memberDelete serves DELETE of a member. API reference: Image sharing, "Delete image member".
func (s *Service) memberDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		m, err := s.memberToChange(c, tx, "delete", "delete_member", func(i *Image) bool { return !s.owns(c, i) })
		if err != nil {
			return err
		}
		s.members.Delete(tx, m.Key)
		return nil
	})
}
