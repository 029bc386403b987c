package emulator

// User is how one of a fixture's users logs in.
type User struct {
	Name, Password    string
	Project, DomainID string // a project that it has a role on, and the domain of both
	Region            string
}

// Users lists the people among the fixture's users: those with a password and a role on a project of their own name.
func (e *Emulator) Users() []User { return e.settings.fixture.users() }

// DefaultUsers are the Users of DefaultFixture.
func DefaultUsers() []User { return DefaultFixture().users() }

func (f Fixture) users() []User {
	var users []User
	for _, u := range f.Identity.Users {
		for _, grant := range u.Roles {
			if u.Password != "" && u.Domain == "" && grant.Project == u.Name {
				users = append(users, User{u.Name, u.Password, u.Name, defaultDomain, defaultRegion})
				break
			}
		}
	}
	return users
}

const (
	defaultDomain = "default"
	defaultRegion = "RegionOne"
)

// password is that of the user with the name, in the default domain.
func (f Fixture) password(name string) string {
	for _, u := range f.Identity.Users {
		if u.Name == name && u.Domain == "" {
			return u.Password
		}
	}
	return ""
}
