//! Small files to import, with the headers of real ones.

use huiyin_engine::Attachment;

/// Customers with the headers of the Northwind sample.
pub const CUSTOMERS_CSV: &str = "\
customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax
ALFKI,Alfreds Futterkiste,Maria Anders,Sales Representative,Obere Str. 57,Berlin,NULL,12209,Germany,030-0074321,030-0076545
ANATR,Ana Trujillo Emparedados y helados,Ana Trujillo,Owner,Avda. de la Constitución 2222,México D.F.,NULL,05021,Mexico,(5) 555-4729,(5) 555-3745
ANTON,Antonio Moreno Taquería,Antonio Moreno,Owner,Mataderos 2312,México D.F.,NULL,05023,Mexico,(5) 555-3932,NULL
AROUT,Around the Horn,Thomas Hardy,Sales Representative,120 Hanover Sq.,London,NULL,WA1 1DP,UK,(171) 555-7788,(171) 555-6750
BERGS,Berglunds snabbköp,Christina Berglund,Order Administrator,Berguvsvägen 8,Luleå,NULL,S-958 22,Sweden,0921-12 34 65,0921-12 34 67
BLAUS,Blauer See Delikatessen,Hanna Moos,Sales Representative,Forsterstr. 57,Mannheim,NULL,68306,Germany,0621-08460,0621-08924
";

/// Cases with the headers of the Consumer Complaint Database; one row names no issue and has an impossible date.
pub const COMPLAINTS_CSV: &str = "\
Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID
2023-08-25,Credit reporting,Credit reporting,Incorrect information on your report,Information belongs to someone else,,,\"EQUIFAX, INC.\",FL,33009,,,Web,2023-08-25,Closed with explanation,Yes,N/A,7523056
2023-08-23,Mortgage,FHA mortgage,Trouble during payment process,,\"They said: \"\"wait\"\",
then nothing\",,\"Example Bank, N.A.\",GA,30034,,,Phone,2023-08-23,In progress,Yes,N/A,7446803
2022-01-05,Debt collection,I do not know,Attempts to collect debt not owed,Debt is not yours,,,Example LLC,NY,10001,Older American,,Web,2022-01-06,Closed with monetary relief,No,N/A,5079000
2023-13-45,Student loan,Federal,,,,,Nobody,CA,90001,,,Web,2023-08-25,Closed,Yes,N/A,7523999
";

/// Returns a text file as the shell hands it over.
pub fn text(content: &str) -> Attachment {
    Attachment::Text {
        text: content.to_owned(),
        encoding: "utf-8",
    }
}
