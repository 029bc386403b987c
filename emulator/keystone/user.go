package keystone

import "time"

// User is somebody who can ask for tokens.
type User struct {
	ID               string
	Name             string
	DomainID         string
	DefaultProjectID string
	Enabled          bool
	Passwords        []password // the oldest first; the last is the one that counts
	FailedAuths      int        // wrong passwords in a row, where that is counted
	FailedAuthAt     time.Time  // of the last one
	CreatedAt        time.Time
	LastActiveAt     time.Time // last login, where that matters
	Options          map[string]any
	Extra            map[string]any // description and email among others: upstream has no columns for them
}

func (u *User) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return u.ID, true
	case "name":
		return u.Name, true
	case "domain_id":
		return orNull(u.DomainID), true
	case "enabled":
		return u.Enabled, true
	case "default_project_id":
		return orNull(u.DefaultProjectID), true
	}
	v, ok := u.Extra[name]
	return v, ok
}

// userAttributes are what the API knows of a user; other members of a request are kept as they are.
func userAttributes() []string {
	return []string{"id", "name", "domain_id", "password", "enabled", "default_project_id", "password_expires_at", "options", "federated"}
}

// userView is a user as the API shows one.
type userView struct {
	ID                string         `json:"id"`
	Name              string         `json:"name"`
	DomainID          string         `json:"domain_id"`
	Enabled           bool           `json:"enabled"`
	DefaultProjectID  string         `json:"default_project_id,omitempty"`
	PasswordExpiresAt *string        `json:"password_expires_at"`
	Kept              map[string]any `json:"extra,omitempty"`
	Options           map[string]any `json:"options"`
	Links             selfLink       `json:"links"`

	extra map[string]any
}

func (v userView) MarshalJSON() ([]byte, error) {
	type plain userView
	return withExtra(v.extra, plain(v))
}

func newUserView(u User, collection string) userView {
	return userView{
		ID: u.ID, Name: u.Name, DomainID: u.DomainID, Enabled: u.Enabled, DefaultProjectID: u.DefaultProjectID,
		PasswordExpiresAt: stamp(u.password().ExpiresAt),
		Options:           orNone(u.Options), Links: selfLink{collection + "/" + u.ID}, extra: u.Extra,
	}
}

// Group is a set of users of one domain; what is assigned to it is assigned to each of them.
type Group struct {
	ID          string
	Name        string
	DomainID    string
	Description *string
	Extra       map[string]any
}

func (g *Group) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return g.ID, true
	case "name":
		return g.Name, true
	case "domain_id":
		return orNull(g.DomainID), true
	case "description":
		return g.Description, true
	}
	v, ok := g.Extra[name]
	return v, ok
}

// groupView is a group as the API shows one.
type groupView struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	DomainID    string   `json:"domain_id"`
	Description *string  `json:"description"`
	Until       *null    `json:"membership_expires_at,omitempty"` // in a user's list: only federated users' memberships end
	Links       selfLink `json:"links"`

	extra map[string]any
}

func (v groupView) MarshalJSON() ([]byte, error) {
	type plain groupView
	return withExtra(v.extra, plain(v))
}

func newGroupView(g Group, collection string) groupView {
	return groupView{
		ID: g.ID, Name: g.Name, DomainID: g.DomainID, Description: g.Description,
		Links: selfLink{collection + "/" + g.ID}, extra: g.Extra,
	}
}

// membership is a user's place in a group. Its key begins with the user: tokens ask which groups somebody is in.
type membership struct {
	Key             string
	UserID, GroupID string
}

func newMembership(user, group string) membership {
	return membership{Key: keyOf(user, group), UserID: user, GroupID: group}
}
