//! Who works here: roles and the person acting.
//!
//! Decides the list of roles. What a role may do is decided where the deed is ([`crate::rules`]).

use serde::{Deserialize, Serialize};

use crate::pack::Post;

/// A post that a member of staff may hold. One person may hold several.
///
/// **Source:** domain list of posts common to the policies of chain stores, dealers and service centres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 店员/接待
    Clerk,
    /// 客服专员
    ServiceAgent,
    /// 投诉受理人
    ComplaintOfficer,
    /// 客服主管
    ServiceSupervisor,
    /// 部门经理
    DepartmentManager,
    /// 店长
    StoreManager,
    /// 质量负责人
    QualityLead,
    /// 档案管理员
    RecordsKeeper,
    /// 业务员
    SalesRep,
    /// 营销总监
    SalesDirector,
    /// 财务
    Finance,
    /// 总经理
    GeneralManager,
    /// 系统管理员
    Administrator,
}

impl Role {
    /// Every role, in the order lists show them.
    pub const ALL: &'static [Self] = &[
        Self::Clerk,
        Self::ServiceAgent,
        Self::ComplaintOfficer,
        Self::ServiceSupervisor,
        Self::DepartmentManager,
        Self::StoreManager,
        Self::QualityLead,
        Self::RecordsKeeper,
        Self::SalesRep,
        Self::SalesDirector,
        Self::Finance,
        Self::GeneralManager,
        Self::Administrator,
    ];

    /// Returns the wire name, such as `service_agent`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::ServiceAgent => "service_agent",
            Self::ComplaintOfficer => "complaint_officer",
            Self::ServiceSupervisor => "service_supervisor",
            Self::DepartmentManager => "department_manager",
            Self::StoreManager => "store_manager",
            Self::QualityLead => "quality_lead",
            Self::RecordsKeeper => "records_keeper",
            Self::SalesRep => "sales_rep",
            Self::SalesDirector => "sales_director",
            Self::Finance => "finance",
            Self::GeneralManager => "general_manager",
            Self::Administrator => "administrator",
        }
    }

    /// Returns whether an invitation as this role asks an administrator unless somebody chooses otherwise: the device would read more than
    /// customers and cases at work, such as penalties, figures or every branch.
    pub const fn asks_first(self) -> bool {
        matches!(
            self,
            Self::ServiceSupervisor
                | Self::DepartmentManager
                | Self::StoreManager
                | Self::QualityLead
                | Self::SalesDirector
                | Self::Finance
                | Self::GeneralManager
                | Self::Administrator
        )
    }

    /// Returns the role with this wire name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

/// The person who acts, with the roles and posts that count here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Actor {
    /// The name or staff id, as written into events and assignments.
    pub name: String,
    /// The roles held, and those whose rights a post held has.
    pub roles: Vec<Role>,
    /// Wire names of every role and post held. A signature asks for these, not for rights.
    #[serde(default)]
    pub posts: Vec<String>,
    /// Code of the branch the person works in; empty if unknown.
    #[serde(default)]
    pub branch: String,
    /// Whether that is head office.
    #[serde(default)]
    pub head_office: bool,
}

impl Actor {
    /// Returns an actor of this name and these roles, with no branch.
    pub fn new(name: &str, roles: &[Role]) -> Self {
        Self {
            name: name.to_owned(),
            roles: roles.to_vec(),
            posts: roles.iter().map(|role| role.name().to_owned()).collect(),
            branch: String::new(),
            head_office: false,
        }
    }

    /// Returns an actor who holds roles and posts by their wire names; `posts` are those that packs add.
    /// A post gives the rights of the role it acts as. A name that is neither is kept but gives no rights.
    pub fn holding<'a>(
        name: &str,
        held: impl IntoIterator<Item = &'a str>,
        posts: &[&Post],
    ) -> Self {
        let mut actor = Self::new(name, &[]);
        for wire in held {
            actor.posts.push(wire.to_owned());
            let acts_as = posts.iter().filter(|post| post.id == wire);
            let roles = acts_as.filter_map(|post| Role::parse(&post.acts_as));
            for role in roles.chain(Role::parse(wire)) {
                if !actor.roles.contains(&role) {
                    actor.roles.push(role);
                }
            }
        }
        actor
    }

    /// Returns the actor at work in a branch.
    pub fn at(mut self, branch: &str, head_office: bool) -> Self {
        branch.clone_into(&mut self.branch);
        self.head_office = head_office;
        self
    }

    /// Returns whether the actor holds this very role or post.
    pub fn holds_post(&self, wire: &str) -> bool {
        self.posts.iter().any(|held| held == wire)
    }

    /// Returns whether the actor holds one of `roles`.
    pub fn holds_any(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// Returns whether `name` means this actor: the same name but for case, width and outer spaces.
    pub fn is_named(&self, name: &str) -> bool {
        crate::text::same_name(&self.name, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_name_of_a_role_is_its_serde_name_and_parses_back() {
        for role in Role::ALL {
            assert_eq!(
                serde_json::to_string(role).unwrap(),
                format!("\"{}\"", role.name())
            );
            assert_eq!(Role::parse(role.name()), Some(*role));
        }
        assert_eq!(Role::parse("emperor"), None);
    }

    #[test]
    fn a_post_of_a_pack_gives_rights_but_signs_only_as_itself() {
        let hr = Post {
            id: "hr_manager".to_owned(),
            acts_as: "department_manager".to_owned(),
            ..Post::default()
        };
        let actor = Actor::holding("王芳", ["hr_manager", "clerk", "astronaut"], &[&hr]);
        assert_eq!(actor.roles, [Role::DepartmentManager, Role::Clerk]);
        assert!(actor.holds_post("hr_manager") && actor.holds_post("clerk"));
        assert!(!actor.holds_post("department_manager"));
        assert!(Actor::new("王芳", &[Role::Clerk]).holds_post("clerk"));
    }
}
