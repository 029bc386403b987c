@keystone
Feature: Users, groups and what they may do
  The administrator makes users and groups and gives them roles on projects. What a group has, its members have.

  Background:
    Given the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}", "description": "a place to try things"}}
      """
    And the administrator creates "alice" by POST "users" to Identity:
      """
      {"user": {"name": "{name:alice}", "password": "first-pw", "email": "alice@example.org"}}
      """

  @op:keystone.users.create @op:keystone.users.show
  Scenario: A user is shown without a password
    When the administrator sends GET "users/{alice}" to Identity
    Then the answer says:
      | user.name                | {name:alice}      |
      | user.email               | alice@example.org |
      | user.enabled             | true              |
      | user.password_expires_at | null              |
      | user.domain_id           | default           |
    And the answer does not say "user.password"

  @op:keystone.users.create
  Scenario: A name is taken once in a domain
    When the administrator tries to send POST "users" to Identity:
      """
      {"user": {"name": "{name:alice}"}}
      """
    Then it is refused as a conflict

  @op:keystone.users.create
  Scenario: Members make no users
    When I try to send POST "users" to Identity:
      """
      {"user": {"name": "{name:mallory}"}}
      """
    Then it is refused as forbidden, saying "You are not authorized to perform the requested action: identity:create_user."

  @op:keystone.users.show
  Scenario: Nobody else's user is shown to members
    When I try to send GET "users/{alice}" to Identity
    Then it is refused as forbidden, saying "You are not authorized to perform the requested action: identity:get_user."
    When I send GET "users/{my user}" to Identity
    Then the answer says:
      | user.id | {my user} |

  @op:keystone.users.update @op:keystone.auth.tokens.issue
  Scenario: Somebody who is disabled gets no token
    When the administrator sends PATCH "users/{alice}" to Identity:
      """
      {"user": {"enabled": false}}
      """
    And somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "{alice}", "password": "first-pw"}}}}}
      """
    Then it is refused as unauthenticated, saying "The request you have made requires authentication."

  @op:keystone.users.password.create @op:keystone.auth.tokens.issue
  Scenario: Somebody changes their password, and the old one is good for nothing
    When somebody sends POST "users/{alice}/password" to Identity:
      """
      {"user": {"original_password": "first-pw", "password": "second-pw"}}
      """
    Then the answer is 204
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "{alice}", "password": "first-pw"}}}}}
      """
    Then the answer is 401
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "{alice}", "password": "second-pw"}}}}}
      """
    Then the answer is 201
    And the token is for no project

  @op:keystone.users.password.create
  Scenario: A password is changed only by who knows it
    When somebody sends POST "users/{alice}/password" to Identity:
      """
      {"user": {"original_password": "a guess", "password": "second-pw"}}
      """
    Then it is refused as unauthenticated

  @op:keystone.projects.users.roles.set @op:keystone.projects.users.roles.check @op:keystone.projects.users.roles.delete
  Scenario: A role on a project is given and taken away
    When the administrator tries to send HEAD "projects/{lab}/users/{alice}/roles/{the role member}" to Identity
    Then the answer is 404
    When the administrator sends PUT "projects/{lab}/users/{alice}/roles/{the role member}" to Identity
    Then the answer is 204
    When the administrator sends HEAD "projects/{lab}/users/{alice}/roles/{the role member}" to Identity
    Then the answer is 204
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "{alice}", "password": "first-pw"}}},
       "scope": {"project": {"id": "{lab}"}}}}
      """
    Then the answer is 201
    And the token has the roles "member, reader"
    When the administrator sends DELETE "projects/{lab}/users/{alice}/roles/{the role member}" to Identity
    And somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "{alice}", "password": "first-pw"}}},
       "scope": {"project": {"id": "{lab}"}}}}
      """
    Then it is refused as unauthenticated

  @op:keystone.groups.create @op:keystone.groups.users.set @op:keystone.projects.groups.roles.set @op:keystone.groups.users.delete
  Scenario: A group's members have its roles
    Given the administrator creates "team" by POST "groups" to Identity:
      """
      {"group": {"name": "{name:team}"}}
      """
    When the administrator sends PUT "groups/{team}/users/{alice}" to Identity
    Then the answer is 204
    When the administrator sends PUT "projects/{lab}/groups/{team}/roles/{the role reader}" to Identity
    And the administrator sends GET "role_assignments?user.id={alice}&effective" to Identity
    Then one of the "role_assignments" in the answer says:
      | role.id          | {the role reader} |
      | scope.project.id | {lab}             |
      | user.id          | {alice}           |
    When the administrator sends DELETE "groups/{team}/users/{alice}" to Identity
    And the administrator sends GET "role_assignments?user.id={alice}&effective" to Identity
    Then the answer says:
      | role_assignments | [] |

  @op:keystone.groups.users.show
  Scenario: Who is not in a group
    Given the administrator creates "team" by POST "groups" to Identity:
      """
      {"group": {"name": "{name:team}"}}
      """
    When the administrator tries to send HEAD "groups/{team}/users/{alice}" to Identity
    Then the answer is 404
