package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Passcode is what a one-time password device shows.
var Passcode = passcode

// PathMatches tells whether an access rule's path has another.
func PathMatches(rule, path string) bool { return pathPattern(rule).MatchString(path) }

// Forget makes the next look at a token a first one.
func (s *Service) Forget() {
	for i := range s.known.slots {
		s.known.slots[i].Store(nil)
	}
}

// ChangeUser changes a user behind the API's back.
func (s *Service) ChangeUser(id string, change func(*User)) {
	_ = s.db.Update(func(tx *state.Tx) error {
		u, _ := s.users.Get(tx, id)
		change(&u)
		s.users.Put(tx, u)
		return nil
	})
}

// ChangeProject changes a project or a domain behind the API's back.
func (s *Service) ChangeProject(id string, change func(*Project)) {
	_ = s.db.Update(func(tx *state.Tx) error {
		p, _ := s.projects.Get(tx, id)
		change(&p)
		s.projects.Put(tx, p)
		return nil
	})
}

// TakeRole takes a role on a project from a user.
func (s *Service) TakeRole(userID, projectID, roleID string) bool {
	taken := false
	_ = s.db.Update(func(tx *state.Tx) error {
		taken = s.assignments.Delete(tx, newAssignment(actor{user, userID}, target{onProject, projectID}, roleID, false).Key)
		return nil
	})
	return taken
}

// RevokeChain ends a token and all that were made from it.
func (s *Service) RevokeChain(auditID string) {
	_ = s.db.Update(func(tx *state.Tx) error {
		s.revoke(tx, revokedChain, auditID)
		return nil
	})
}

// CheckTable reports what is wrong with the table of operations.
func CheckTable() error { return operations().Check() }

// CheckSchemas reports what is wrong with the package's schemas.
func CheckSchemas() map[string]error {
	errs := map[string]error{}
	for name, one := range map[string]*schema.Schema{
		"credentialCreate":           credentialCreate,
		"domainCreateBody":           domainCreateBody,
		"domainListQuery":            domainListQuery,
		"domainUpdateBody":           domainUpdateBody,
		"endpointCreateBody":         endpointCreateBody,
		"endpointGroupCreateBody":    endpointGroupCreateBody,
		"endpointGroupListQuery":     endpointGroupListQuery,
		"endpointGroupUpdateBody":    endpointGroupUpdateBody,
		"endpointListQuery":          endpointListQuery,
		"endpointUpdateBody":         endpointUpdateBody,
		"groupCreateBody":            groupCreateBody,
		"groupListQuery":             groupListQuery,
		"groupUpdateBody":            groupUpdateBody,
		"identityProviderCreateBody": identityProviderCreateBody,
		"identityProviderUpdateBody": identityProviderUpdateBody,
		"protocolCreateBody":         protocolCreateBody,
		"protocolUpdateBody":         protocolUpdateBody,
		"serviceProviderCreateBody":  serviceProviderCreateBody,
		"serviceProviderUpdateBody":  serviceProviderUpdateBody,
		"federationListQuery":        federationListQuery,
		"consumerCreateBody":         consumerCreateBody,
		"consumerUpdateBody":         consumerUpdateBody,
		"authorizedRoles":            authorizedRoles,
		"mapping 1.0":                mappingSchemas["1.0"],
		"mapping 2.0":                mappingSchemas["2.0"],
		"mapping 3.0":                mappingSchemas["3.0"],
		"limitCreateBody":            limitCreateBody,
		"limitListQuery":             limitListQuery,
		"limitUpdateBody":            limitUpdateBody,
		"passwordBody":               passwordBody,
		"policyCreateBody":           policyCreateBody,
		"policyUpdateBody":           policyUpdateBody,
		"projectCreateBody":          projectCreateBody,
		"projectListQuery":           projectListQuery,
		"projectTagSet":              projectTagSet,
		"projectTagsBody":            projectTagsBody,
		"projectTagsSet":             projectTagsSet,
		"projectUpdateBody":          projectUpdateBody,
		"regionCreateBody":           regionCreateBody,
		"regionListQuery":            regionListQuery,
		"regionUpdateBody":           regionUpdateBody,
		"registeredLimitCreateBody":  registeredLimitCreateBody,
		"registeredLimitListQuery":   registeredLimitListQuery,
		"registeredLimitUpdateBody":  registeredLimitUpdateBody,
		"roleAssignmentListQuery":    roleAssignmentListQuery,
		"roleCreateBody":             roleCreateBody,
		"roleListQuery":              roleListQuery,
		"roleUpdateBody":             roleUpdateBody,
		"secretCreateBody":           secretCreateBody,
		"secretUpdateBody":           secretUpdateBody,
		"serviceCreateBody":          serviceCreateBody,
		"serviceUpdateBody":          serviceUpdateBody,
		"tokenIssue":                 tokenIssue,
		"trustCreateBody":            trustCreateBody,
		"userCreateBody":             userCreateBody,
		"userListQuery":              userListQuery,
		"userUpdateBody":             userUpdateBody,
	} {
		errs[name] = one.Check()
	}
	return errs
}

// Policies lists the rules that operations name and that the default policy lacks.
func Policies() []string {
	have := map[string]bool{}
	for _, r := range defaultPolicy() {
		have[r.name] = true
	}
	var missing []string
	for _, op := range operations().Operations() {
		if op.Policy != "" && !have[op.Policy] {
			missing = append(missing, op.Policy)
		}
	}
	return missing
}

// Revocations counts what is remembered of revoked tokens.
func (s *Service) Revocations() int { return s.revocations.Len(s.db.View()) }
