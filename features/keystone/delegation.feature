@keystone
Feature: Acting for somebody else
  Somebody lets a program, or somebody else, do in their name what they may do, or a part of it: by application credentials,
  trusts, and credentials in the manner of EC2.

  @op:keystone.users.application_credentials.create @op:keystone.auth.tokens.issue
  Scenario: A program logs in by an application credential
    When I create "robot" by POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}", "secret": "beep", "roles": [{"name": "member"}]}}
      """
    Then the answer says:
      | application_credential.project_id   | {my project} |
      | application_credential.secret       | beep         |
      | application_credential.expires_at   | null         |
      | application_credential.roles.0.name | member       |
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "{robot}", "secret": "beep"}}}}
      """
    Then the answer is 201
    And the answer says:
      | token.user.id                           | {my user}    |
      | token.project.id                        | {my project} |
      | token.application_credential.id         | {robot}      |
      | token.application_credential.restricted | true         |
    And the token has the roles "member"

  @op:keystone.users.application_credentials.show
  Scenario: Its secret is told once
    Given I create "robot" by POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}"}}
      """
    When I send GET "users/{my user}/application_credentials/{robot}" to Identity
    Then the answer says:
      | application_credential.name | {name:robot} |
    And the answer does not say "application_credential.secret"

  @op:keystone.auth.tokens.issue
  Scenario: A wrong secret
    Given I create "robot" by POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}", "secret": "beep"}}
      """
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "{robot}", "secret": "boop"}}}}
      """
    Then it is refused as unauthenticated, saying "The request you have made requires authentication."

  @op:keystone.users.application_credentials.create
  Scenario: No more roles than one has
    When I try to send POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}", "roles": [{"id": "{the role admin}"}]}}
      """
    Then it is refused as a bad request

  @op:keystone.users.application_credentials.create @op:keystone.users.access_rules.show @op:keystone.users.access_rules.delete
  Scenario: Rules of access are kept, and outlive nothing that uses them
    Given I create "robot" by POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}", "secret": "beep", "access_rules": [
        {"service": "identity", "method": "GET", "path": "/v3/users/{my user}/access_rules"}]}}
      """
    And "application_credential.access_rules.0.id" of the answer is called "rule"
    When I send GET "users/{my user}/access_rules/{rule}" to Identity
    Then the answer says:
      | access_rule.service | identity                         |
      | access_rule.method  | GET                              |
      | access_rule.path    | /v3/users/{my user}/access_rules |
    When I try to send DELETE "users/{my user}/access_rules/{rule}" to Identity
    Then it is refused as forbidden
    When I send DELETE "users/{my user}/application_credentials/{robot}" to Identity
    And I send DELETE "users/{my user}/access_rules/{rule}" to Identity
    Then the answer is 204

  @op:keystone.users.application_credentials.delete
  Scenario: Nobody else's application credential
    Given I create "robot" by POST "users/{my user}/application_credentials" to Identity:
      """
      {"application_credential": {"name": "{name:robot}"}}
      """
    When a stranger tries to send DELETE "users/{my user}/application_credentials/{robot}" to Identity
    Then it is refused as forbidden

  @op:keystone.os-trust.trusts.create @op:keystone.auth.tokens.issue @op:keystone.os-trust.trusts.delete
  Scenario: A stranger whom I trust
    Given I create "trust" by POST "OS-TRUST/trusts" to Identity:
      """
      {"trust": {"trustor_user_id": "{my user}", "trustee_user_id": "{a stranger's user}", "project_id": "{my project}",
       "impersonation": true, "roles": [{"name": "member"}]}}
      """
    And a stranger gets a token
    When somebody sends POST "auth/tokens" to Identity:
      """
      {"auth": {"identity": {"methods": ["token"], "token": {"id": "{the token}"}}, "scope": {"OS-TRUST:trust": {"id": "{trust}"}}}}
      """
    Then the answer is 201
    And the answer says:
      | token.user.id                         | {my user}           |
      | token.project.id                      | {my project}        |
      | token.OS-TRUST:trust.impersonation    | true                |
      | token.OS-TRUST:trust.trustee_user.id  | {a stranger's user} |
    And the token is for the project "demo"
    When I send DELETE "OS-TRUST/trusts/{trust}" to Identity
    And a stranger tries to send GET "OS-TRUST/trusts/{trust}" to Identity
    Then it is refused as not found, saying "Could not find trust: {trust}."

  @op:keystone.os-trust.trusts.create
  Scenario: Nobody is trusted in another's name
    When I try to send POST "OS-TRUST/trusts" to Identity:
      """
      {"trust": {"trustor_user_id": "{a stranger's user}", "trustee_user_id": "{my user}", "project_id": "{a stranger's project}",
       "impersonation": true, "roles": [{"name": "member"}]}}
      """
    Then it is refused as forbidden

  @op:keystone.os-trust.trusts.delete @op:keystone.os-trust.trusts.show
  Scenario: Who is trusted sees the trust, and cannot end it
    Given I create "trust" by POST "OS-TRUST/trusts" to Identity:
      """
      {"trust": {"trustor_user_id": "{my user}", "trustee_user_id": "{a stranger's user}", "project_id": "{my project}",
       "impersonation": false, "roles": [{"name": "member"}]}}
      """
    When a stranger sends GET "OS-TRUST/trusts/{trust}" to Identity
    Then the answer says:
      | trust.roles.0.name  | member |
      | trust.impersonation | false  |
      | trust.deleted_at    | null   |
    When a stranger tries to send DELETE "OS-TRUST/trusts/{trust}" to Identity
    Then it is refused as forbidden

  @op:keystone.users.credentials.os-ec2.create @op:keystone.users.credentials.os-ec2.show @op:keystone.users.credentials.os-ec2.delete
  Scenario: Credentials in the manner of EC2
    Given I create "key" by POST "users/{my user}/credentials/OS-EC2" to Identity:
      """
      {"tenant_id": "{my project}"}
      """
    When I send GET "users/{my user}/credentials/OS-EC2/{key}" to Identity
    Then the answer says:
      | credential.access    | {key}        |
      | credential.tenant_id | {my project} |
      | credential.user_id   | {my user}    |
      | credential.trust_id  | null         |
    When a stranger tries to send GET "users/{my user}/credentials/OS-EC2/{key}" to Identity
    Then it is refused as forbidden
    When I send DELETE "users/{my user}/credentials/OS-EC2/{key}" to Identity
    Then the answer is 204
    When I try to send GET "users/{my user}/credentials/OS-EC2/{key}" to Identity
    Then the answer is 404
